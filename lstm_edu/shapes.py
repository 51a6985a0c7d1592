"""What enters is checked at the door, in the letters of the book's notation page."""

from numbers import Integral


class ShapeError(ValueError):
    """An array arrived with a shape the equations do not allow."""


def check_shape(name, array, /, hint="", **axes):
    """Return ``array.shape``, or explain what is wrong with it.

    Each keyword is one axis, in order: a number fixes its size, ``...`` lets
    it vary. The letters are those of the notation page: B batch, T time,
    D input features, H hidden units, V vocabulary, K outputs, L layers.

    Raises
    ------
    TypeError
        If ``array`` has no shape (a list, ``None``).
    ShapeError
        If an axis is missing, too many, of the wrong size, or the batch is empty.
    """
    if not hasattr(array, "shape"):
        raise TypeError(
            f"`{name}` should be an array of shape {spelled(axes)} but is a {type(array).__name__}. "
            "Convert it first, for example with np.asarray(...) or torch.as_tensor(...)."
        )
    shape = tuple(array.shape)
    wanted = tuple(axes.values())
    fits = len(shape) == len(wanted) and all(w in (..., s) for s, w in zip(shape, wanted, strict=True))
    if not fits:
        raise ShapeError(f"`{name}` should have shape {spelled(axes)} but has shape {shape}. {hint}".rstrip())
    if 0 in shape:
        raise ShapeError(f"`{name}` has shape {shape}: an axis of size 0 holds nothing to compute with.")
    return shape


def spelled(axes):
    """Write down the shape that ``check_shape`` wants, such as (B, D=3)."""
    return f"({', '.join(axis if size is ... else f'{axis}={size}' for axis, size in axes.items())})"


def check_dtype(name, array, like):
    """Raise ``TypeError`` unless ``array`` has the kind and the dtype of the parameter ``like``.

    Mixing precisions would promote float32 to float64 in NumPy without a word,
    and fail inside a matrix product in PyTorch.
    """
    if getattr(array, "dtype", None) == like.dtype:
        return
    came, wanted = (type(a).__module__.partition(".")[0] for a in (array, like))
    if came != wanted:
        raise TypeError(
            f"`{name}` is a {type(array).__name__} from {came} but the parameters are from {wanted}. "
            "Convert it first, for example with torch.from_numpy(...) or tensor.numpy()."
        )
    raise TypeError(
        f"`{name}` has dtype {array.dtype} but the parameters are {like.dtype}. "
        f"Convert the data, or build the module with dtype={array.dtype} if that is a float type."
    )


def check_count(**numbers):
    """Raise ``ValueError`` unless each of the named arguments is a whole number of at least 1."""
    for name, number in numbers.items():
        if not isinstance(number, Integral) or number < 1:
            raise ValueError(f"`{name}` should be a whole number of at least 1 but is {number!r}.")


def check_positive(**numbers):
    """Raise ``ValueError`` unless each of the named arguments is greater than 0 (which NaN is not)."""
    for name, number in numbers.items():
        if not number > 0:
            raise ValueError(f"`{name}` should be greater than 0 but is {number!r}.")


def check_choice(name, value, choices):
    """Raise ``ValueError`` unless ``value`` is one of the ``choices``."""
    if value not in choices:
        raise ValueError(f"`{name}` should be {' or '.join(map(repr, choices))} but is {value!r}.")


def check_parts(name, value, owner, fields):
    """Raise ``TypeError`` unless ``value`` is the NamedTuple of ``owner`` with these fields."""
    if getattr(value, "_fields", None) != fields:
        raise TypeError(
            f"`{name}` should be {owner}.State({', '.join(fields)}) but is a {type(value).__name__}. "
            "Name its parts, so that none takes another's place."
        )


def check_state(name, state, cell, B):
    """Raise unless ``state`` is the cell's own, each part (B, H) and in the cell's dtype."""
    check_parts(name, state, type(cell).__name__, cell.State._fields)
    for field, part in zip(state._fields, state, strict=True):
        check_shape(f"{name}.{field}", part, B=B, H=cell.hidden_size)
        check_dtype(f"{name}.{field}", part, cell.weight_hh)


def check_step(cell, x, state):
    """Raise unless ``x`` is (B, D) and ``state`` is the cell's own, both in the cell's dtype."""
    B, _ = check_shape("x", x, "A single example needs a batch axis: x[None].", B=..., D=cell.input_size)
    check_dtype("x", x, cell.weight_ih)
    check_state("state", state, cell, B)


def check_integers(name, array):
    """Raise ``TypeError`` unless the array holds integers, which count or number something."""
    if "int" not in str(array.dtype):
        raise TypeError(f"`{name}` should hold integers but has dtype {array.dtype}.")


def check_tokens(name, tokens, vocabulary_size):
    """Raise unless ``tokens`` holds integers from 0 to V - 1, of shape (B,) or (B, T)."""
    axes = {"B": ...} if len(getattr(tokens, "shape", ())) == 1 else {"B": ..., "T": ...}
    check_shape(name, tokens, **axes)
    check_integers(name, tokens)
    lowest, highest = int(tokens.min()), int(tokens.max())
    if lowest < 0 or highest >= vocabulary_size:
        raise ValueError(
            f"`{name}` should lie between 0 and {vocabulary_size - 1}, for V={vocabulary_size} words, "
            f"but runs from {lowest} to {highest}."
        )


def check_lengths(lengths, B, T):
    """Raise unless ``lengths`` holds one whole number from 1 to T for each of the B sequences."""
    check_shape("lengths", lengths, "One length for each sequence.", B=B)
    check_integers("lengths", lengths)
    shortest, longest = int(lengths.min()), int(lengths.max())
    if shortest < 1 or longest > T:
        raise ValueError(
            f"`lengths` should lie between 1 and T={T} but run from {shortest} to {longest}. "
            "Leave out the sequences that are empty; the padding counts towards T."
        )


def check_separate(parts):
    """Raise ``ValueError`` if two of the modules share an array: each step would train it twice."""
    arrays = [id(array) for part in parts for _, array in part.named_parameters()]
    if len(set(arrays)) < len(arrays):
        raise ValueError("Two of the layers share their weights. Build a new cell for each of them.")


def check_chain(layers):
    """Raise ``ValueError`` unless each layer reads vectors of the size that the one before puts out."""
    if not layers:
        raise ValueError("`layers` should hold at least one layer but is empty.")
    for k in range(1, len(layers)):
        output_size, input_size = layers[k - 1].output_size, layers[k].input_size
        if input_size != output_size:
            raise ValueError(
                f"Layer {k} has input_size={input_size} but layer {k - 1} puts out vectors of size "
                f"{output_size}. Build layer {k} with input_size={output_size}."
            )
    check_separate(layers)


def check_twin_inputs(cell, reverse_cell):
    """Raise ``ValueError`` unless the cells of the two directions read vectors of the same size."""
    if cell.input_size != reverse_cell.input_size:
        raise ValueError(
            f"Both directions read the same sequence, but `cell` has input_size={cell.input_size} "
            f"and `reverse_cell` has input_size={reverse_cell.input_size}."
        )


def check_layers(name, value, layers):
    """Raise unless ``value`` is a tuple with one entry for each of the layers."""
    if type(value) is not tuple or len(value) != len(layers):
        came = f"one of {len(value)}" if type(value) is tuple else f"a {type(value).__name__}"
        raise TypeError(
            f"`{name}` should be a tuple of {len(layers)} states, one for each layer, but is {came}."
        )


def check_dropout(dropout, name="dropout"):
    """Raise ``ValueError`` unless ``dropout`` lies in [0, 1)."""
    if not 0 <= dropout < 1:
        raise ValueError(f"`{name}` should be at least 0 and less than 1 but is {dropout!r}.")


def check_weights(source, got, wanted):
    """Raise ``ValueError`` unless two dicts of arrays have the same names, shapes and dtypes."""
    faults = [f"{name} is missing" for name in wanted if name not in got]
    faults += [f"{name} is unexpected" for name in got if name not in wanted]
    for name in (name for name in wanted if name in got):
        for trait in ("shape", "dtype"):
            came, want = (getattr(arrays[name], trait) for arrays in (got, wanted))
            came, want = (tuple(came), tuple(want)) if trait == "shape" else (came, want)
            if came != want:
                faults.append(f"{name} should have {trait} {want} but has {came}")
    if faults:
        raise ValueError(
            f"{source} does not fit this module, which stays as it is: {'; '.join(faults)}. "
            "Build the module with the sizes and the dtype that the weights were saved from."
        )


def check_levels(levels):
    """Return levels of quantiles as a list of floats; ``ValueError`` unless each lies between 0 and 1."""
    levels = [float(level) for level in levels]
    if not levels or not all(0 < level < 1 for level in levels):
        raise ValueError(
            f"`levels` should be one or more numbers between 0 and 1 but is {levels}. "
            "Five per cent is 0.05, the median 0.5."
        )
    return levels


def check_not_negative(name, array):
    """Raise ``ValueError`` if a value is negative or NaN."""
    wrong = ~(array >= 0)
    if wrong.any():
        raise ValueError(
            f"`{name}` should be zero or more, as variances are, but is {float(array[wrong][0]):g} "
            f"in one place (such places in all: {int(wrong.sum())})."
        )
