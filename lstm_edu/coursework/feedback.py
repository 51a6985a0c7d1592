"""What a student reads: one paragraph, in a console as on a page, on light paper and on dark."""

import re
from dataclasses import dataclass
from html import escape

_LOOKS = {
    # the border says it in colour, the sign in front of the text to everybody
    True: ("✓", "right", "#2e8b57"),
    False: ("✗", "wrong", "#d1453b"),
    None: ("…", "muted", "#7a828e"),
}
_BOX = "border-left:.3rem solid {edge};padding:.1rem .8rem;margin:.3rem 0;max-width:46rem"
_CODE = "color:inherit;background:none;border:0;padding:0;font-size:.95em"


@dataclass(frozen=True, repr=False)
class Feedback:
    """The answer to an attempt; a notebook shows it, ``str`` spells it.

    Attributes
    ----------
    passed : bool or None
        ``None``: nothing has been handed in yet.
    text : str
        Code stands between backticks.
    """

    passed: bool | None
    text: str

    def __str__(self):
        sign, _, _ = _LOOKS[self.passed]
        return f"{sign} {self.text}"

    __repr__ = __str__

    def _repr_html_(self):
        _, colour, fallback = _LOOKS[self.passed]
        style = _BOX.format(edge=f"var(--le-{colour}, {fallback})")
        return f'<div class="le-feedback" style="{style}">{_html(str(self))}</div>'


@dataclass(frozen=True, repr=False)
class Hints:
    """The hints of an exercise, each to be opened by itself; ``str`` spells them all.

    Attributes
    ----------
    texts : tuple of str
    """

    texts: tuple

    def __str__(self):
        return "\n".join(f"{label}: {text}" for label, text in self._labelled())

    __repr__ = __str__

    def _repr_html_(self):
        style = _BOX.format(edge="var(--le-muted, #7a828e)")
        folds = (
            f"<details><summary>{label}</summary>{_html(text)}</details>" for label, text in self._labelled()
        )
        return f'<div class="le-feedback" style="{style}">{"".join(folds)}</div>'

    def _labelled(self):
        """Pair each text with ``Hint``, or with ``Hint 1 of 2`` and so on."""
        n = len(self.texts)
        return [(f"Hint {k} of {n}" if n > 1 else "Hint", text) for k, text in enumerate(self.texts, start=1)]


def hint(exercise):
    """Return what helps with an exercise without giving its answer away.

    Parameters
    ----------
    exercise : Exercise

    Returns
    -------
    Hints
    """
    return Hints(tuple(exercise.hints))


def _html(text):
    """Escape a text and set what stands between backticks as code, in the colour around it."""
    return re.sub(r"`([^`]+)`", rf'<code style="{_CODE}">\1</code>', escape(text))
