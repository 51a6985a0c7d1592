"""GARCH forecasts of tomorrow's variance, fitted again and again through the package arch.

As in ``volatility``, all are of rows ``start`` to N - 1 of a series, each from the rows before it alone.
"""

import warnings
from typing import NamedTuple

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.extra import data_extra
from lstm_edu.data.forecast import check_series, check_start
from lstm_edu.data.volatility import MONTH, periods

FEWEST = 100  # returns that a GARCH is fitted to


class Garch(NamedTuple):
    """Parameters of ``garch_filter``, in the unit of the returns they were fitted to."""

    mu: float  #: mean return
    omega: float  #: constant of the variance
    alpha: float  #: weight of the last squared residual
    gamma: float  #: further weight of it where it was negative; 0 in a symmetric model
    beta: float  #: weight of the last variance
    nu: float  #: degrees of freedom of Student's t; infinite if the residuals are normal
    first: float  #: variance of row 0, with which the recursion starts


def garch(returns, start, *, asymmetric=False, dist="t", refit_every=MONTH):
    """Forecast by a GARCH(1, 1), or by the GJR model, fitted again and again.

    Every ``refit_every`` rows ``fit_garch`` sees all rows before; between, ``garch_filter`` goes on with
    fixed parameters.

    Parameters
    ----------
    returns : ndarray of shape (N,), floats
        The oldest first.
    start : int
        First row to forecast, at least 100.
    asymmetric : bool, default=False
        Whether a fall may raise the variance more than a rise: the GJR model.
    dist : {"t", "normal"}, default="t"
        Of the residuals.
    refit_every : int, default=22

    Returns
    -------
    ndarray of shape (N - start,)
        Variances, in the squared unit of ``returns``.

    Raises
    ------
    ImportError
        If arch is not installed.
    TypeError, ValueError
        If ``returns`` is no finite series, ``start`` is too early or too late, or a fit fails.
    """
    start = check_start(returns, start, FEWEST, "returns")
    refit_every = check_count("refit_every", refit_every)
    forecast = np.empty(returns.size)
    for begin, end in periods(start, returns.size, refit_every):
        model = fit_garch(returns[:begin], asymmetric=asymmetric, dist=dist)
        forecast[begin:end] = garch_filter(returns[: end - 1], model)[begin:]
    return forecast[start:].astype(returns.dtype, copy=False)


def fit_garch(returns, *, asymmetric=False, dist="t"):
    """Fit mean and GARCH(1, 1) by maximum likelihood, with Student's t or normal residuals.

    Parameters
    ----------
    returns : ndarray of shape (N,), floats
        At least 100, in any unit: they are brought to standard deviation 1 for the fit.
    asymmetric : bool, default=False
        Whether to fit ``gamma``: the GJR model.
    dist : {"t", "normal"}, default="t"
        Of the residuals.

    Returns
    -------
    Garch

    Raises
    ------
    ImportError
        If arch is not installed.
    TypeError, ValueError
        If ``returns`` is no finite series of 100 or more, never varies, ``dist`` is another, or the optimiser
        gives up.

    References
    ----------
    Bollerslev (1986), GARCH, and (1987), with Student's t; Glosten, Jagannathan and Runkle (1993).
    """
    with data_extra():
        from arch import arch_model

    check_series("returns", returns)
    if dist not in ("t", "normal"):
        raise ValueError(f"`dist` should be 't' or 'normal' but is {dist!r}.")
    scale = float(returns.std(dtype=float))
    if returns.size < FEWEST or scale == 0:
        raise ValueError(
            f"`returns` should be {FEWEST} or more that vary but are {returns.size} of deviation {scale:.3g}."
        )
    unit = returns.astype(float) / scale
    model = arch_model(unit, mean="Constant", p=1, o=int(asymmetric), q=1, dist=dist, rescale=False)
    with warnings.catch_warnings():  # arch changes the filters for good
        result = model.fit(disp="off", show_warning=False)
    if result.convergence_flag != 0:
        raise ValueError(
            f"The GARCH fit to {returns.size} returns did not converge: "
            f"{result.optimization_result.message}. Give it more rows, or start later."
        )
    found = result.params
    return Garch(
        mu=float(found["mu"]) * scale,
        omega=float(found["omega"]) * scale**2,
        alpha=float(found["alpha[1]"]),
        gamma=float(found["gamma[1]"]) if asymmetric else 0.0,
        beta=float(found["beta[1]"]),
        nu=float(found["nu"]) if dist == "t" else np.inf,
        first=float(result.conditional_volatility[0] * scale) ** 2,
    )


def garch_filter(returns, model):
    r"""Run the variance recursion with fixed parameters.

    .. math:: \sigma_{t+1}^2 = \omega + \left( \alpha + \gamma [e_t < 0] \right) e_t^2 + \beta \sigma_t^2,
              \qquad e_t = r_t - \mu

    Parameters
    ----------
    returns : ndarray of shape (N,), floats
    model : Garch

    Returns
    -------
    ndarray of shape (N + 1,)
        Entry t is the variance of row t given the rows before it; the last is the forecast of row N.
    """
    check_series("returns", returns)
    variance = np.empty(returns.size + 1)
    variance[0] = model.first
    for t, e in enumerate((returns.astype(float) - model.mu).tolist()):
        slope = model.alpha + model.gamma * (e < 0)
        variance[t + 1] = model.omega + slope * e**2 + model.beta * variance[t]
    return variance
