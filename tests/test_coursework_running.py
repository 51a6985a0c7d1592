"""Somebody else's function, run for a limited time: whatever it does, ``run`` comes back."""

import contextlib
import threading
import time
import warnings

import numpy as np
import pytest

from lstm_edu.coursework import check, lstm
from lstm_edu.coursework.running import Late, Raised, Returned, run

LIMIT = 0.2


def test_what_is_returned():
    assert run(lambda a, b: a + b, (1, 2), LIMIT) == Returned(3, warning="")


def test_what_is_raised_keeps_its_traceback():
    outcome = run(lambda: 1 / 0, (), LIMIT)
    assert isinstance(outcome, Raised)
    assert isinstance(outcome.error, ZeroDivisionError)
    assert outcome.error.__traceback__ is not None


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_even_what_would_end_the_program_is_only_an_outcome(error):
    def attempt():
        raise error

    assert isinstance(run(attempt, (), LIMIT).error, error)


def test_the_first_numerical_warning_is_told():
    def attempt():
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        return np.log(np.zeros(2)) / np.zeros(2)

    assert run(attempt, (), LIMIT).warning == "divide by zero encountered in log"


def forever():
    while True:
        time.sleep(0.001)


def forever_all_errors_ignored():
    while True:
        with contextlib.suppress(Exception):
            forever()


def hiding_the_end():
    try:
        forever()
    except BaseException:
        return "done"


@pytest.mark.parametrize("attempt", [forever, forever_all_errors_ignored, hiding_the_end])
def test_a_loop_that_never_ends_is_stopped(attempt):
    before = threading.active_count()
    start = time.perf_counter()
    assert run(attempt, (), LIMIT) == Late(stopped=True)
    assert LIMIT <= time.perf_counter() - start < LIMIT + 3
    assert threading.active_count() == before


def test_a_function_that_does_not_listen_is_left_behind():
    release = threading.Event()

    def deaf():
        while not release.is_set():
            try:
                forever()
            except BaseException:
                continue

    try:
        assert run(deaf, (), LIMIT) == Late(stopped=False)
        feedback = check(lstm.STARTING_BIAS, lambda H: deaf(), seconds=LIMIT)
        assert str(feedback) == (
            "✗ a forget bias of one: took longer than 0.2 s and cannot be stopped from here: "
            "restart the kernel. Is there a loop that never ends?"
        )
    finally:
        release.set()


def test_an_interrupt_stops_the_function_and_is_passed_on(monkeypatch):
    started = []

    def interrupted(worker, seconds):
        started.append(worker)
        worker.start()
        raise KeyboardInterrupt

    monkeypatch.setattr("lstm_edu.coursework.running._wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(forever, (), LIMIT)
    assert not started[0].is_alive()


def test_where_there_are_no_threads_the_function_is_called_all_the_same(monkeypatch):
    def start(worker):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert run(lambda a: 2 * a, (3,), LIMIT) == Returned(6, warning="")
    assert isinstance(run(lambda: 1 / 0, (), LIMIT).error, ZeroDivisionError)


def test_warnings_are_as_before_afterwards():
    filters = warnings.filters[:]
    run(lambda: None, (), LIMIT)
    assert warnings.filters == filters
