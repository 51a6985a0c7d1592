"""Every rung of the ladder computes what the package's loop does; its suite measures and prices it."""

import json
from itertools import count

import numpy as np
import pytest

from lstm_edu import numpy as lnp
from lstm_edu.bench import bench, ladder, ladder_suite
from lstm_edu.bench.ladder import RUNGS
from lstm_edu.bench.table import table
from lstm_edu.bench.work import Work, draw, names_of_results

RAGGED = [(7, 3, 2, 5), (1, 1, 1, 1), (9, 1, 4, 3), (1, 6, 5, 2), (4, 2, 7, 1)]  # T, B, D, H


def expected(given):
    h, _, tape = given.layer(given.x)
    dx, _, grads = given.layer.backward(given.dh, None, tape)
    return h, dx, {name.removeprefix("cell."): grad for name, grad in grads.items()}


def given_of(size, dtype="float64"):
    given = draw(Work(*size, dtype=dtype))
    given.layer.cell.bias[:] = np.random.default_rng(1).normal(size=4 * size[3])
    return given


@pytest.mark.parametrize("size", RAGGED)
@pytest.mark.parametrize("rung", RUNGS)
def test_a_rung_computes_what_the_loop_does(rung, size):
    given = given_of(size)
    h, dx, grads = RUNGS[rung](given.layer.cell, given.x, given.dh)
    right_h, right_dx, right = expected(given)
    close = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(h, right_h, **close)
    np.testing.assert_allclose(dx, right_dx, **close)
    assert set(grads) == set(right)
    for name, grad in grads.items():
        np.testing.assert_allclose(grad, right[name], **close, err_msg=name)


@pytest.mark.parametrize("rung", RUNGS)
def test_a_rung_keeps_the_format_and_changes_nothing_it_was_given(rung):
    given = given_of((5, 3, 2, 4), "float32")
    before = [array.copy() for array in (given.x, given.dh, *dict(given.layer.named_parameters()).values())]
    h, dx, grads = RUNGS[rung](given.layer.cell, given.x, given.dh)
    assert {array.dtype for array in (h, dx, *grads.values())} == {np.dtype("float32")}
    after = (given.x, given.dh, *dict(given.layer.named_parameters()).values())
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(new, old)


@pytest.mark.parametrize("rung", RUNGS)
def test_saturated_gates_stay_finite(rung):
    given = given_of((3, 2, 2, 3))
    h, dx, grads = RUNGS[rung](given.layer.cell, 1e6 * given.x, given.dh)
    assert all(np.isfinite(array).all() for array in (h, dx, *grads.values()))
    assert np.abs(h).max() <= 1


def test_the_last_rung_is_the_package_and_the_second_its_loop():
    given = given_of((4, 3, 2, 5))
    fused = lnp.Fused(given.layer)
    h, _, _ = fused(given.x)
    np.testing.assert_array_equal(ladder.fused(given.layer.cell, given.x, given.dh)[0], h)
    np.testing.assert_array_equal(
        ladder.packed(given.layer.cell, given.x, given.dh)[0], given.layer(given.x)[0]
    )


def test_the_products_alone_are_all_of_them():
    """Counted on arrays that count: as many operations as the formula says."""
    work = Work(7, 3, 2, 5, dtype="float64")
    counter = ladder_suite.Count()
    ladder_suite.products_alone(draw(work), work, ladder_suite.counting(counter, draw(work).x))()
    assert counter.flops == work.flops()


@pytest.mark.parametrize("rung", [name for name in RUNGS if name != "lnp.Fused"])
def test_every_rung_multiplies_as_much(rung):
    """Nothing is gained by leaving something out."""
    work = Work(7, 3, 2, 5, dtype="float64")
    given, counter = draw(work), ladder_suite.Count()
    x, dh = (ladder_suite.counting(counter, array) for array in (given.x, given.dh))
    RUNGS[rung](given.layer.cell, x, dh)
    unseen = 2 * 3 * 20 * 5 if rung == "packed weights" else 0  # the zero state that the package adds
    assert counter.flops == work.flops() - unseen
    assert counter.calls > 7 * 20
    assert counter.tanhs >= 7 * 3 * 5 * 5


def test_calls_and_elements_are_counted():
    counter = ladder_suite.Count()
    a = ladder_suite.counting(counter, np.ones((2, 3)))
    b = np.tanh(a + 1)
    b *= a[0]
    np.add.reduce(b @ a.T, axis=0)
    b[0] = a[1]
    counted = counter.calls, counter.indices, counter.elements, counter.tanhs, counter.flops
    assert counted == (5, 3, 6 + 6 + 4, 6, 2 * 2 * 2 * 3)


def test_a_measurement_is_complete(monkeypatch):
    ticks = count()
    monkeypatch.setattr(
        ladder_suite, "take_turns", lambda steps, rounds, clock: {n: [next(ticks)] * rounds for n in steps}
    )
    monkeypatch.setattr(ladder_suite, "prices", lambda dtype: {"call": 1e-6})
    monkeypatch.setattr(ladder_suite, "ceilings", lambda dtype, clock: {"flops": 1e9})
    work = Work(4, 3, 2, 5)
    run = ladder_suite.measure(work=work._asdict(), rounds=2, seed=0, say=None, wait=None)
    assert list(run["seconds"]) == [*RUNGS, ladder_suite.FLOOR, "torch.nn.LSTM"]
    assert set(run["counts"]) == set(RUNGS) - {"lnp.Fused"}
    assert json.dumps(run)


def test_a_wrong_rung_is_not_timed(monkeypatch):
    def wrong(cell, x, dh):
        h, dx, grads = ladder.naive(cell, x, dh)
        return h, 1.01 * dx, grads

    monkeypatch.setitem(RUNGS, "wrong", wrong)
    with pytest.raises(ladder_suite.UnequalResults, match=r"wrong: dx is off by 0\.01"):
        ladder_suite.measure(work=Work(4, 3, 2, 5)._asdict(), rounds=1, seed=0, say=None, wait=None)


def test_prices_are_paid_in_seconds():
    paid = ladder_suite.prices("float32", seconds=0.02)
    assert set(paid) == {"call", "index", "element", "tanh", "strided", "apart", "stacked"}
    assert all(0 < price < 1e-2 for price in paid.values())
    assert paid["call"] > 20 * paid["element"]


def test_the_suite_has_a_job_for_every_size():
    settings, keys, jobs = ladder_suite.suite("cpu", quick=False)
    assert keys == ("T", "B", "D", "H")
    assert all(job["job"] == "ladder" for job in jobs.values())
    assert len(jobs) >= 3
    assert settings["threads"] == 1
    assert names_of_results(train=True)[0] == "h"


def test_the_table_compares_with_the_lowest_rung():
    size = dict(zip("TBDH", (5, 4, 3, 2), strict=True))
    times = [{"naive": [2.0, 4.0], "blocks": [1.0, 2.0]}, {"naive": [2.0, 4.0], "blocks": [1.5, 3.0]}]
    shown = table("ladder", [size | {"repetition": k, "seconds": t} for k, t in enumerate(times)])
    assert "5, 4, 3, 2" in shown
    assert "1.00 (1.00–1.00)" in shown
    assert "0.62 (0.50–0.75)" in shown


@pytest.mark.slow
def test_the_suite_runs_in_a_process_of_its_own(tmp_path):
    shown = bench("ladder", tmp_path / "ladder.json", repetitions=1, quick=True, progress=False)
    assert all(name in shown for name in (*RUNGS, ladder_suite.FLOOR, "torch.nn.LSTM"))
