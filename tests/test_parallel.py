"""Two processes against one: the same gradients, the same curve, the same weights."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import train_together
from train_together import CASES

from lstm_edu import torch as lth
from lstm_edu.torch.train import spawn

SCRIPT = Path(train_together.__file__)


@pytest.fixture(scope="module")
def ranks(tmp_path_factory):
    """What each of two processes saw; they exchange their gradients by Gloo."""
    folder = tmp_path_factory.mktemp("together")
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*launcher, SCRIPT, folder],
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "error", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [torch.load(folder / f"rank_{rank}.pt", weights_only=True) for rank in range(2)]


def same(a, b):
    return a["history"] == b["history"] and all(
        torch.equal(tensor, b["weights"][name]) for name, tensor in a["weights"].items()
    )


@pytest.mark.parametrize("case", CASES)
def test_two_processes_train_as_one_does(ranks, case):
    alone = train_together.train(case)
    rtol = 2e-2 if CASES[case].get("precision") else 1e-9
    for seen in ranks:
        for name, values in alone["history"].items():
            if isinstance(values, list):
                np.testing.assert_allclose(seen[case]["history"][name], values, rtol=rtol, err_msg=name)
            else:
                assert seen[case]["history"][name] == values
        for name, tensor in alone["weights"].items():
            torch.testing.assert_close(seen[case]["weights"][name], tensor, rtol=rtol, atol=rtol, msg=name)


@pytest.mark.parametrize("case", [*CASES, "whole", "continued"])
def test_every_process_ends_with_the_same_bits(ranks, case):
    first, second = ranks
    assert same(first[case], second[case])


def test_a_run_in_two_processes_continues_as_if_it_had_never_stopped(ranks):
    for seen in ranks:
        assert same(seen["continued"], seen["whole"])


def test_gradients_travel_once_a_step_however_many_parts_it_has(ranks):
    assert [seen["exchanges"] for seen in ranks] == [4, 4]


def test_only_the_first_process_writes_and_shows(ranks):
    assert [seen["written"] for seen in ranks] == [2, 0]
    assert "loss=" in ranks[0]["bar"]
    assert ranks[1]["bar"] == ""
    assert ranks[0]["heard"] > 0 == ranks[1]["heard"]


def test_processes_that_would_share_out_different_batches_are_refused(ranks):
    for seen in ranks:
        assert "The 2 processes were given another rng." in seen["refused"]
        assert "same data, same seed" in seen["refused"]


def test_the_group_knows_its_processes(ranks):
    assert [seen["group"] for seen in ranks] == [(0, 2, "cpu"), (1, 2, "cpu")]


def test_processes_drop_other_units_and_the_first_those_of_a_run_alone():
    draws = [
        torch.rand(3, generator=spawn(np.random.default_rng(0), torch.device("cpu"), *rank))
        for rank in ((), (0,), (1,))
    ]
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[1], draws[2])


def test_without_torchrun_there_is_one_process_and_nothing_to_join():
    with lth.data_parallel() as group:
        assert (group.rank, group.size) == (0, 1)
        assert not torch.distributed.is_initialized()
        assert group.gather("x") == ["x"]
