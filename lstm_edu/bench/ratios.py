"""From seconds to ratios: medians within rounds, and how far apart repetitions lie."""

import numpy as np

from lstm_edu.bench.contestants import PEER
from lstm_edu.bench.work import Work


def ratios(run, peer=PEER):
    """Return each contestant's time as a multiple of the peer's, taken in the same round.

    Parameters
    ----------
    run : dict
        Of a contest's record, with ``"seconds"`` by name.
    peer : str

    Returns
    -------
    dict of str to ndarray
        One ratio per round.
    """
    yardstick = np.array(run["seconds"][peer])
    return {name: np.array(seconds) / yardstick for name, seconds in run["seconds"].items()}


def middle(run, name, peer=PEER):
    """Return the median over the rounds of one contestant's ratio; not a number if it took no part."""
    return float(np.median(ratios(run, peer)[name])) if name in run["seconds"] else np.nan


def over_repetitions(runs, name, peer=PEER):
    """Return the median of the repetitions' median ratios, the smallest and the largest of them."""
    medians = [middle(run, name, peer) for run in runs]
    return float(np.median(medians)), min(medians), max(medians)


def geometric_mean(numbers):
    """Return the geometric mean: the average that fits ratios."""
    return float(np.exp(np.mean(np.log(numbers))))


def achieved(runs, name):
    """Return what a contestant makes of the machine, by the median of all its rounds.

    Parameters
    ----------
    runs : list of dict
        Repetitions of one contest.
    name : str

    Returns
    -------
    dict
        ``"flops"`` and ``"bytes"`` per second, each with its ``"share of ..."`` the measured ceiling, and
        ``"sequences"`` per second.
    """
    first = runs[0]
    known = {field: first[field] for field in Work._fields if field in first}
    work = Work(**known)
    seconds = float(np.median([second for run in runs for second in run["seconds"][name]]))
    ceiling = {what: np.median([run["ceilings"][what] for run in runs]) for what in ("flops", "bytes")}
    rates = {"flops": work.flops() / seconds, "bytes": work.least_bytes() / seconds}
    shares = {f"share of {what}": float(rates[what] / ceiling[what]) for what in rates}
    return rates | shares | {"sequences": work.B / seconds}
