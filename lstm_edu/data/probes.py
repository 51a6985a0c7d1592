"""Sentences written to ask a model one question each: negation, order, *but*, and names."""

import itertools
from typing import NamedTuple

from lstm_edu.data.sequences import check_sequence


class Pair(NamedTuple):
    """Two sentences that differ in little and mean opposite things, as tokens joined by spaces."""

    good: str
    bad: str
    kind: str  #: "order", "negated praise" or "negated blame"


_ORDER = """
it is good , not bad . | it is bad , not good .
a comedy and not a failure . | a failure and not a comedy .
the film is funny and never dull . | the film is dull and never funny .
the story is smart , not silly . | the story is silly , not smart .
it has charm but no faults . | it has faults but no charm .
i loved it and hated to leave . | i hated it and loved to leave .
the first half is bad , the rest is great . | the first half is great , the rest is bad .
it starts slow and ends strong . | it starts strong and ends slow .
what looked like a mess is a triumph . | what looked like a triumph is a mess .
it could have been boring , and it is a joy . | it could have been a joy , and it is boring .
i expected trash and got a gem . | i expected a gem and got trash .
the film is great , its trailer awful . | the film is awful , its trailer great .
less boring than beautiful . | less beautiful than boring .
it never fails and always charms . | it always fails and never charms .
fresh instead of stale . | stale instead of fresh .
you will not regret it , you will like it . | you will not like it , you will regret it .
"""
_PRAISE = """
this is a good film . | this is not a good film .
i liked it . | i did n't like it .
it is funny . | it is never funny .
it works . | it does n't work .
the acting is great . | the acting is far from great .
there is charm in it . | there is no charm in it .
i would see it again . | i would n't see it again .
it is worth your time . | it is n't worth your time .
the jokes are fresh . | the jokes are hardly fresh .
everybody will enjoy this . | nobody will enjoy this .
with wit and with heart . | without wit and without heart .
the plot makes sense . | the plot makes no sense .
an interesting story . | not an interesting story .
it is moving . | it is anything but moving .
"""
_BLAME = """
this is not a bad film . | this is a bad film .
i was never bored . | i was bored .
it is n't boring . | it is boring .
it does n't fail . | it does fail .
the acting is far from terrible . | the acting is terrible .
there is no dull moment . | there is a dull moment .
nobody will hate this . | everybody will hate this .
the jokes are hardly stale . | the jokes are stale .
it is anything but stupid . | it is stupid .
the plot has no holes . | the plot has holes .
without clichés . | with clichés .
not a waste of time . | a waste of time .
i could not find a flaw . | i could find a flaw .
it does not disappoint . | it does disappoint .
"""

TEMPLATES = (
    "{} plays the lead .",
    "the film follows {} .",
    "{} wrote the script .",
    "it was directed by {} .",
    "{} is in this film .",
    "my friend {} saw it .",
)
NAMES = {
    ("white", "female"): "allison anne carrie emily jill laurie kristen meredith sarah",
    ("white", "male"): "brad brendan geoffrey greg brett jay matthew neil todd",
    ("black", "female"): "aisha ebony keisha kenya lakisha latonya latoya tamika tanisha",
    ("black", "male"): "darnell hakim jamal jermaine kareem leroy rasheed tremayne tyrone",
}


class Named(NamedTuple):
    """A sentence without an opinion in it, about a person."""

    name: str
    race: str  #: of the persons who mostly bore the name: "white" or "black"
    gender: str  #: "female" or "male"
    sentence: str


class Halves(NamedTuple):
    """A sentence *A but B* taken apart, each part as tokens."""

    first: list  #: A
    last: list  #: B
    swapped: list  #: B but A, with its full stop


def negation_pairs():
    """Return 44 minimal pairs about films, written for this book.

    The two sentences of an *order* pair hold the same words, so that whoever only counts words gives both
    the same score. A negated pair differs by a word or two that turn praise or blame round.

    Returns
    -------
    list of Pair
    """
    return [
        Pair(*line.split(" | "), kind)
        for kind, block in (("order", _ORDER), ("negated praise", _PRAISE), ("negated blame", _BLAME))
        for line in block.strip().splitlines()
    ]


def name_sentences():
    """Return six sentences without an opinion for each of 36 first names.

    The names are those of Bertrand and Mullainathan (2004): in the birth records of Massachusetts from
    1974 to 1979 each was given mostly to white or mostly to Black children.

    Returns
    -------
    list of Named
        The six of one name after those of another.
    """
    return [
        Named(name, race, gender, template.format(name))
        for ((race, gender), names) in NAMES.items()
        for name, template in itertools.product(names.split(), TEMPLATES)
    ]


def split_but(tokens, *, least=3):
    """Take a sentence *A but B* apart at its only *but*.

    Parameters
    ----------
    tokens : list of str
    least : int, default=3
        Words that A and B need at least, punctuation included.

    Returns
    -------
    Halves or None
        ``None`` if there is no *but*, more than one, or too little before or after it. Commas that touch
        the *but* and the full stop at the end belong to neither half.

    Raises
    ------
    TypeError
        If ``tokens`` is one string, or holds something else than strings.
    """
    tokens = check_sequence("tokens", tokens)
    if tokens.count("but") != 1:
        return None
    place = tokens.index("but")
    first, last = tokens[:place], tokens[place + 1 :]
    while first and first[-1] in (",", ";", "--", "-"):
        first = first[:-1]
    while last and last[0] in (",", ";"):
        last = last[1:]
    end = [last.pop()] if last and last[-1] == "." else []
    if min(len(first), len(last)) < least:
        return None
    return Halves(first, last, [*last, "but", *first, *end])
