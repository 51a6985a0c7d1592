"""Scalers see the training part only, feature by feature, and give back the dtype they got."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from lstm_edu.data import fit_scaler, scale, unscale

SCALERS = [StandardScaler, MinMaxScaler, RobustScaler]


@pytest.fixture
def rows():
    return np.random.default_rng(0).normal([5.0, -2.0, 100.0], [1.0, 0.1, 30.0], (40, 3))


def test_every_feature_of_the_training_part_has_mean_0_and_deviation_1(rows):
    scaled = scale(fit_scaler(rows[:30]), rows[:30])
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(axis=0), 1, rtol=1e-12)


@pytest.mark.parametrize("kind", SCALERS)
def test_windows_are_scaled_like_the_rows_in_them(rows, kind):
    windows = rows.reshape(8, 5, 3)
    scaler = fit_scaler(windows[:6], kind())
    np.testing.assert_array_equal(
        scale(scaler, windows), scale(fit_scaler(rows[:30], kind()), rows).reshape(8, 5, 3)
    )


@pytest.mark.parametrize("kind", SCALERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_unscale_undoes_scale_in_the_same_dtype(rows, kind, dtype):
    windows = rows.reshape(8, 5, 3).astype(dtype)
    scaler = fit_scaler(rows, kind())  # fitted in float64 on purpose
    scaled = scale(scaler, windows)
    restored = unscale(scaler, scaled)
    assert scaled.dtype == restored.dtype == dtype
    np.testing.assert_allclose(restored, windows, rtol=1e-5 if dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("kind", SCALERS)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_one_column_is_unscaled_by_its_own_statistics(rows, kind, column):
    scaler = fit_scaler(rows, kind())
    forecast = scale(scaler, rows)[:, [column]].astype(np.float32)
    restored = unscale(scaler, forecast, column=column)
    assert restored.dtype == np.float32
    np.testing.assert_allclose(restored, rows[:, [column]], rtol=1e-5)


def prove_that_the_test_part_is_unseen(fit, rows):
    """Whatever happens after row 30, the rows before it must come out the same."""
    changed = rows.copy()
    changed[30:] *= 7
    before, after = (scale(fit(series), rows[:30]) for series in (rows, changed))
    np.testing.assert_array_equal(before, after)


def test_scaling_leaks_nothing(rows):
    prove_that_the_test_part_is_unseen(lambda series: fit_scaler(series[:30]), rows)


def test_the_proof_finds_a_scaler_fitted_on_everything(rows):
    with pytest.raises(AssertionError):
        prove_that_the_test_part_is_unseen(fit_scaler, rows)


def test_a_constant_feature_becomes_zero(rows):
    rows[:, 1] = 3
    np.testing.assert_array_equal(scale(fit_scaler(rows), rows)[:, 1], 0)


@pytest.mark.parametrize("use", [scale, unscale])
@pytest.mark.parametrize("kind", SCALERS)
def test_an_unfitted_scaler_says_what_to_do(rows, use, kind):
    with pytest.raises(
        NotFittedError, match=rf"This {kind.__name__} has no statistics yet. Fit it on the training"
    ):
        use(kind(), rows)


def test_a_single_series_needs_its_feature_axis(rows):
    with pytest.raises(
        ValueError, match=r"`train` should have shape \(N, D\) or \(B, T, D\) but has shape \(40,\)"
    ):
        fit_scaler(rows[:, 0])
    with pytest.raises(ValueError, match=r"but has shape \(0, 3\)"):
        fit_scaler(rows[:0])


def test_the_number_of_features_is_that_of_the_training_part(rows):
    scaler = fit_scaler(rows)
    for use in (scale, unscale):
        with pytest.raises(
            ValueError, match=r"`array` should have shape \(N, D=3\) .* but has shape \(40, 2\)"
        ):
            use(scaler, rows[:, :2])
    with pytest.raises(ValueError, match=r"`array` should have shape \(N, D=1\) .* but has shape \(40, 2\)"):
        unscale(scaler, rows[:, :2], column=0)


def test_a_column_that_is_not_there(rows):
    with pytest.raises(ValueError, match="`column` is 3, but the scaler knows the features 0 to 2"):
        unscale(fit_scaler(rows), rows[:, :1], column=3)


def test_values_that_are_no_finite_floats_are_refused(rows):
    with pytest.raises(TypeError, match="`train` should hold floats but has dtype int64"):
        fit_scaler(rows.astype(int))
    rows[3, 1] = np.nan
    with pytest.raises(ValueError, match="`train` has nan at row 3, column 1"):
        fit_scaler(rows)
