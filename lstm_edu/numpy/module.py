"""What everything with parameters has in common."""


class Module:
    """Named arrays of its own, and named parts that have some.

    The names are those that PyTorch gives to the same structure, so weights
    move between the two halves of the package by name alone.

    Attributes
    ----------
    parameter_names : tuple of str
        Attributes that hold an array.
    part_names : tuple of str
        Attributes that hold a ``Module`` or a list of them.
    """

    parameter_names = ()
    part_names = ()

    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    def named_parts(self):
        """Yield ``(name, part)``; the members of a list are called ``list.0``, ``list.1``, …"""
        for name in self.part_names:
            part = getattr(self, name)
            if isinstance(part, list):
                yield from ((f"{name}.{k}", member) for k, member in enumerate(part))
            else:
                yield name, part

    def named_parameters(self):
        """Yield ``(name, array)``; the arrays are live, so writing into one trains the module."""
        for name in self.parameter_names:
            yield name, getattr(self, name)
        for name, part in self.named_parts():
            for inner, array in part.named_parameters():
                yield f"{name}.{inner}", array


def prefixed(prefix, grads):
    """Rename the gradients of a part to what its owner calls them."""
    return {f"{prefix}.{name}": grad for name, grad in grads.items()}
