"""Where training starts: functions that set a cell's weights in place and return the cell."""

import numpy as np

from lstm_edu.numpy.gru import GRUCell
from lstm_edu.numpy.lstm import LSTMCell
from lstm_edu.shapes import check_count, check_positive


def xavier(cell, *, gain=1.0, rng):
    """Draw both matrices of a cell, every gate for itself, uniform within ±gain·√(6 / (fan in + fan out)).

    A gate's block of the recurrent matrix then has variance gain² / H, so that on average it keeps
    the length of a vector times ``gain``. To draw all gates as one tall matrix, a common slip, would
    count 4H outputs where each gate has H.

    Parameters
    ----------
    cell : RNNCell, LSTMCell, GRUCell or any other with ``weight_ih`` and ``weight_hh``
        Its biases stay.
    gain : float, default=1.0
    rng : numpy.random.Generator

    Returns
    -------
    Cell
        The same one.

    Raises
    ------
    ValueError
        If ``gain`` is not greater than 0.

    References
    ----------
    Glorot and Bengio (2010).
    """
    check_positive(gain=gain)
    for weight in (cell.weight_ih, cell.weight_hh):
        limit = gain * np.sqrt(6 / (cell.hidden_size + weight.shape[1]))
        weight[...] = rng.uniform(-limit, limit, weight.shape)
    return cell


def orthogonal(cell, *, gain=1.0, rng):
    """Make every gate's block of the recurrent matrix ``gain`` times a random rotation or reflection.

    A rotation keeps the length of every vector, not only of an average one.

    Parameters
    ----------
    cell : RNNCell, LSTMCell, GRUCell or any other with ``weight_hh``
        Its other weights stay.
    gain : float, default=1.0
    rng : numpy.random.Generator

    Returns
    -------
    Cell
        The same one.

    Raises
    ------
    ValueError
        If ``gain`` is not greater than 0.

    References
    ----------
    Saxe, McClelland and Ganguli (2014).
    """
    check_positive(gain=gain)
    H = cell.hidden_size
    for block in blocks(cell.weight_hh, H):
        q, r = np.linalg.qr(rng.normal(size=(H, H)))
        block[...] = gain * q * np.sign(np.diag(r))  # the signs make every rotation equally likely
    return cell


def identity(cell, *, gain=1.0):
    """Let a simple recurrent cell start by repeating its state: recurrent matrix ``gain`` · I, bias 0.

    Parameters
    ----------
    cell : RNNCell
        Le, Jaitly and Hinton use it with ``nonlinearity="relu"``.
    gain : float, default=1.0

    Returns
    -------
    Cell
        The same one.

    Raises
    ------
    ValueError
        If ``gain`` is not greater than 0, or the cell has gates.

    References
    ----------
    Le, Jaitly and Hinton (2015).
    """
    check_positive(gain=gain)
    if len(blocks(cell.weight_hh, cell.hidden_size)) > 1:
        raise ValueError(
            f"`identity` is for a cell without gates, but a {type(cell).__name__} has several. "
            "To make an LSTM or a GRU start by remembering, use `keep_bias` or `chrono`."
        )
    cell.weight_hh[...] = gain * np.eye(cell.hidden_size)
    cell.bias[...] = 0
    return cell


def keep_bias(cell, bias):
    """Set the bias of the gate that keeps the old state: f of an LSTM, z of a GRU.

    Parameters
    ----------
    cell : LSTMCell or GRUCell
        Its other weights stay.
    bias : float or ndarray of shape (H,)

    Returns
    -------
    Cell
        The same one.

    Raises
    ------
    TypeError
        If the cell has no such gate.

    References
    ----------
    Gers, Schmidhuber and Cummins (2000); Jozefowicz, Zaremba and Sutskever (2015).
    """
    keeping_bias(cell)[...] = bias
    return cell


def chrono(cell, longest, *, rng):
    """Give every unit a memory of its own length, from 1 to ``longest`` - 1 steps.

    The bias of the gate that keeps is ln(τ) with τ uniform between 1 and ``longest`` - 1; it then
    lets go of about 1/τ of the state at each step. An LSTM's input gate gets the negative, so
    that a unit writes as rarely as it forgets; its other two biases become 0.

    Parameters
    ----------
    cell : LSTMCell or GRUCell
        Its matrices stay.
    longest : int
        The longest dependency to expect, in steps, at least 3.
    rng : numpy.random.Generator

    Returns
    -------
    Cell
        The same one.

    Raises
    ------
    TypeError
        If the cell has no gate that keeps.
    ValueError
        If ``longest`` is not a whole number of at least 3.

    References
    ----------
    Tallec and Ollivier (2018), section 3.
    """
    check_count(longest=longest)
    if longest < 3:
        raise ValueError(f"`longest` should be at least 3 steps but is {longest}: nothing to spread.")
    keep = keeping_bias(cell)
    drawn = np.log(rng.uniform(1, longest - 1, cell.hidden_size))
    if isinstance(cell, LSTMCell):
        cell.bias[...] = 0
        cell.bias[: cell.hidden_size] = -drawn
    keep[...] = drawn
    return cell


def bias_that_keeps(share, steps):
    """Return the forget bias at which ``share`` of a cell state is left after ``steps`` steps.

    Equation (7) of the chapter "Vanishing gradients", for a gate that sees nothing but its bias.

    Parameters
    ----------
    share : float
        Between 0 and 1, both excluded.
    steps : int

    Raises
    ------
    ValueError
        If ``share`` does not lie between 0 and 1, or ``steps`` is not a whole number of at least 1.
    """
    check_count(steps=steps)
    if not 0 < share < 1:
        raise ValueError(f"`share` should lie between 0 and 1 but is {share!r}.")
    f = share ** (1 / steps)
    return np.log(f / (1 - f))  # (7) the sigmoid, undone


def blocks(weight, H):
    """Return views of the H rows of each gate."""
    return np.split(weight, len(weight) // H)


def keeping_bias(cell):
    """Return a view of the bias of the gate that keeps the old state."""
    H = cell.hidden_size
    if not isinstance(cell, LSTMCell | GRUCell):
        raise TypeError(
            f"`cell` should be an LSTMCell or a GRUCell, whose gates f and z keep the old state, "
            f"but is a {type(cell).__name__}."
        )
    return cell.bias[H : 2 * H]  # the second block of both: i, f, g, o and r, z, n
