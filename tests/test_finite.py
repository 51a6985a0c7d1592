"""Values that are no finite floats, and counts that count nothing, are named where they enter."""

import numpy as np
import pytest

from lstm_edu.data import check_finite
from lstm_edu.data.counts import check_count


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_finite_floats_pass_unchanged(dtype):
    array = np.ones((3, 2), dtype)
    assert check_finite("x", array) is array


@pytest.mark.parametrize(
    ("shape", "where", "message"),
    [
        ((30,), [(17,)], "`close` has nan at row 17 (such values in all: 1)"),
        ((30, 4), [(17, 2), (17, 3), (29, 0)], "`close` has nan at row 17, column 2 (such values in all: 3)"),
        ((5, 4, 3), [(4, 0, 2)], "`close` has nan at index (4, 0, 2) (such values in all: 1)"),
    ],
)
def test_the_first_bad_value_is_named(shape, where, message):
    array = np.zeros(shape)
    for place in where:
        array[place] = np.nan
    with pytest.raises(ValueError, match="Fill or drop them") as error:
        check_finite("close", array)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinity_is_not_finite(value):
    with pytest.raises(ValueError, match=rf"has {value} at row 1 "):
        check_finite("x", np.array([0.0, value]))


@pytest.mark.parametrize("dtype", [int, bool, object, complex])
def test_other_dtypes_are_refused_by_name(dtype):
    array = np.ones(3, dtype)
    with pytest.raises(TypeError, match=f"`x` should hold floats but has dtype {array.dtype}. Convert it"):
        check_finite("x", array)


def test_a_list_is_no_array():
    with pytest.raises(TypeError, match=r"`x` should be a NumPy array of floats but is a list. Convert"):
        check_finite("x", [1.0])


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_integers_count(value):
    count = check_count("window", value)
    assert count == 3
    assert type(count) is int


@pytest.mark.parametrize("value", [3.0, True, "3", None, np.float64(3)])
def test_other_things_do_not_count(value):
    with pytest.raises(TypeError, match="`window` should be an integer but is"):
        check_count("window", value)


def test_a_count_has_a_minimum():
    with pytest.raises(ValueError, match="`window` should be at least 1 but is 0"):
        check_count("window", 0)
    with pytest.raises(ValueError, match="`folds` should be at least 2 but is 1"):
        check_count("folds", 1, minimum=2)
