"""A string is a sequence of strings too, which makes it the most common wrong argument."""


def check_sequence(name, tokens):
    """Return ``tokens`` as a list of strings, or explain why it is none.

    Raises
    ------
    TypeError
        If it is one string, cannot be walked through, or holds something else than strings.
    """
    if isinstance(tokens, str | bytes):
        raise TypeError(
            f"`{name}` should be a list of tokens but is a {type(tokens).__name__}: {tokens[:30]!r}. "
            "Cut it first: tokenise(text)."
        )
    if not hasattr(tokens, "__iter__"):
        raise TypeError(f"`{name}` should be a list of tokens but is a {type(tokens).__name__}.")
    tokens = list(tokens)
    for place, token in enumerate(tokens):
        if not isinstance(token, str):
            raise TypeError(
                f"`{name}` should hold strings, but at place {place} is {token!r}, a {type(token).__name__}."
            )
    return tokens
