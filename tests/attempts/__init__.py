"""Two sets of answers to the exercises, written from their prompts alone, before any advice was known to it.

The second was kept apart until the advice was finished: nothing has been fitted to it.
"""

from typing import NamedTuple


class Attempt(NamedTuple):
    """What somebody hands in."""

    exercise: str  # as on the pages: "lstm.FORGET_GATE_GRADIENT"
    slip: str  # what is wrong, in a sentence; "" for a right attempt
    named_by: str  # a regular expression that advice naming the slip matches; "" for a right attempt
    answer: object  # function or value
