"""The recall task: what is shown first is asked for last."""

import numpy as np
import pytest

from lstm_edu.data import recall


def test_the_first_number_is_the_answer():
    x, y = recall(5, 9, rng=np.random.default_rng(0))
    assert x.shape == (5, 9, 2)
    assert y.shape == (5, 1)
    np.testing.assert_array_equal(y[:, 0], x[:, 0, 0])
    np.testing.assert_array_equal(x[:, :, 1], np.eye(9)[0] * np.ones((5, 1)))
    assert not np.shares_memory(x, y)


def test_the_others_say_nothing_about_it():
    x, y = recall(20_000, 4, rng=np.random.default_rng(0))
    assert np.abs(np.corrcoef(np.hstack([y, x[:, 1:, 0]]).T)[0, 1:]).max() < 0.03


def test_always_answering_one_half_scores_a_twelfth():
    _, y = recall(200_000, 2, rng=np.random.default_rng(0))
    np.testing.assert_allclose(np.mean((y - 0.5) ** 2), 1 / 12, rtol=0.01)


def test_the_generator_alone_decides():
    first, again, other = (recall(5, 9, rng=np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("n", "length", "message"),
    [
        (0, 5, "`n` should be at least 1 but is 0"),
        (5, 1, "`length` should be at least 2 but is 1"),
    ],
)
def test_what_does_not_count_is_refused(n, length, message):
    with pytest.raises(ValueError, match=message):
        recall(n, length, rng=np.random.default_rng(0))
