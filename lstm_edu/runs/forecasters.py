"""Networks that forecast the next close: what they read of a day, who reads it, how they are trained."""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn.functional import mse_loss

from lstm_edu import data
from lstm_edu import torch as lth
from lstm_edu.runs.training import fit_or_stop
from lstm_edu.torch.evaluate import predict as model_says

BUDGET = ((0.01, 1), (0.001, 1))  # learning rate, epochs
INPUTS = "returns", "indicators", "levels", "centred"


class Table(NamedTuple):
    """What a network may read of each day, by ``table``."""

    rows: np.ndarray  #: (N, D) one row a day
    date: np.ndarray  #: (N,)
    close: np.ndarray  #: (N,)
    column: int  #: which is to be forecast
    returns: bool  #: whether that column is the log return of the close, or the close itself


def table(stocks, inputs="returns"):
    """Return what a network reads, one row a day.

    Parameters
    ----------
    stocks : Stocks
        A volume that is not positive on every day is left out.
    inputs : {"returns", "indicators", "levels", "centred"}, default="returns"
        Log returns of all columns; these and ``data.indicators``; the columns themselves; the log
        returns and a mean over five days of that of the close, *centred*, which looks two days ahead.

    Returns
    -------
    Table
        Of the days for which there is a row.

    Raises
    ------
    ValueError
        If ``inputs`` is none of these.
    """
    if inputs not in INPUTS:
        raise ValueError(f"`inputs` should be one of {', '.join(map(repr, INPUTS))} but is {inputs!r}.")
    columns = stocks.ohlcv() if (stocks.volume > 0).all() else stocks.ohlcv()[:, :4]
    if inputs == "levels":
        return Table(columns, stocks.date, stocks.close, 3, False)
    rows = np.diff(np.log(columns), axis=0)  # row t - 1 leads to day t
    if inputs == "indicators":
        known = data.indicators(stocks)
        rows = np.column_stack([rows[known.warm_up - 1 :], known.values])
    if inputs == "centred":
        around = np.lib.stride_tricks.sliding_window_view(np.pad(rows[:, 3], 2, mode="edge"), 5)
        rows = np.column_stack([rows, around.mean(axis=1)])
    return Table(rows, stocks.date[-len(rows) :], stocks.close[-len(rows) :], 3, True)


class Reader(nn.Module):
    """An encoder and a linear map of its ``h``: at the end of a window, or at every step.

    At the end means for a layer of both directions: the last step of the one that reads forwards, the first
    of the other. At every step, ``h`` of the other direction has read all that follows.
    """

    def __init__(self, layer, *, every_step, rng):
        super().__init__()
        self.layer, self.every_step = lth.Encoder(layer), every_step
        self.head = nn.Linear(layer.output_size, 1)
        with torch.no_grad():
            for parameter in self.head.parameters():
                parameter.uniform_(-1, 1, generator=rng).div_(layer.output_size**0.5)

    def forward(self, x):
        """Map ``x`` of shape (B, T, D) to a forecast (B, 1), or one after every step (B, T)."""
        h, _, _ = self.layer(x)
        if self.every_step:
            return self.head(h)[:, :, 0]
        H = self.layer.ahead.hidden_size
        return self.head(torch.cat([h[:, -1, :H], h[:, 0, H:]], dim=1))


def network(D, H, seed, *, layers=1, both=False, every_step=False):
    """Return an LSTM that reads windows (B, T, D), and its head.

    Parameters
    ----------
    D, H : int
    seed : int
        Of all its weights.
    layers : int, default=1
        On top of each other, where it reads one way and answers once.
    both : bool, default=False
        Whether it reads in both directions.
    every_step : bool, default=False
        Whether it forecasts after every step instead of after the last.

    Returns
    -------
    torch.nn.Module
    """
    rng = torch.Generator().manual_seed(seed)
    if both or every_step:
        cells = [lth.LSTMCell(D, H, rng=rng) for _ in range(1 + both)]
        return Reader(
            lth.Bidirectional(*cells) if both else lth.Unroll(*cells), every_step=every_step, rng=rng
        )
    cells = [lth.LSTMCell(H if k else D, H, rng=rng) for k in range(layers)]
    stack = [lth.Fused(lth.Unroll(cell)) for cell in cells]
    return lth.ManyToOne(stack[0] if layers == 1 else lth.Stacked(stack), 1, rng=rng)


def train(model, windows, seed, budget=BUDGET):
    """Fit a model in place by mean squared error, for so many epochs at each learning rate of ``budget``."""
    rng = np.random.default_rng(seed)
    x, y = (torch.tensor(part, dtype=torch.float32) for part in windows[:2])
    for rate, epochs in budget:
        optimizer = torch.optim.Adam(model.parameters(), lr=rate)
        fit_or_stop(
            model,
            mse_loss,
            (x, y),
            optimizer=optimizer,
            epochs=epochs,
            rng=rng,
            clip_norm=1.0,
            progress=False,
        )


def predict(model, windows):
    """Return what the model says of each window, one row each."""
    with torch.no_grad():
        said = model_says(model, torch.tensor(windows.x, dtype=torch.float32))
    return said.numpy().astype(float)
