"""What an exercise is: a question, its answer, and the wrong answers that people really give."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Slip:
    """A mistake, as the function or the value that a person making it would hand in.

    Attributes
    ----------
    answer : callable or value
        Of the same kind as the exercise's reference.
    advice : str
        One or two sentences that name the mistake.
    """

    answer: object
    advice: str


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Exercise:
    """A question whose answer is a function, or a value if there are no ``cases``.

    Attributes
    ----------
    title : str
        As short as a heading.
    prompt : str
        The whole question: which arguments come, in which shapes, and what is asked.
    reference : callable or value
        The right answer.
    returns : mapping of str to sequence of str
        Name of each result, in order, and the letters of its axes: ``{"h": "BH", "c": "BH"}``,
        ``{"bias": ["4H"]}``, ``{"count": ""}`` for a single number.
    slips : tuple of Slip
        No two of them, nor the reference, may give the same results on all cases.
    hints : tuple of str
        Each says more than the one before; none gives the answer away.
    lesson : str
        What passing has shown, in one sentence.
    cases : callable, default=None
        Given a ``numpy.random.Generator``, yields one dict of named arguments after the other.
        The sizes of all axes differ, so that no transposed axis can hide.
    blocks : str, default=""
        The letters of the gates stacked along an axis such as ``"4H"``, in their order.
    decimals : int, default=None
        How many count of a value that is worked out by hand; ``None``: half the digits of its dtype.
    """

    title: str
    prompt: str
    reference: object
    returns: Mapping
    slips: tuple
    hints: tuple
    lesson: str
    cases: Callable | None = None
    blocks: str = ""
    decimals: int | None = None

    def __repr__(self):
        return f"{self.title[0].upper()}{self.title[1:]}. {self.prompt}"

    @property
    def asks_for_function(self):
        """Whether the answer is a function; otherwise it is a value."""
        return self.cases is not None

    def arguments(self):
        """Return the arguments of every case, a list of dicts; always the same, and fresh arrays."""
        return list(self.cases(np.random.default_rng(0))) if self.asks_for_function else [{}]

    @np.errstate(all="ignore")
    def results(self, answer):
        """Return what the reference or a slip gives in every case."""
        if not self.asks_for_function:
            return [answer]
        return [answer(*case.values()) for case in self.arguments()]
