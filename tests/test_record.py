"""Records of long runs: complete after every run, taken up where they stopped, mixed with nothing else."""

import io
import json
from urllib.error import URLError

import numpy as np
import pytest

from lstm_edu.runs import record as module
from lstm_edu.runs.record import Record, load_record, processor, read_record, rounded, versions

SETTINGS = {"budget": 3, "lr": {"RNN": 0.1}}


def begin(path, settings=SETTINGS):
    return Record(path, settings=settings, keys=("model", "seed"), command="lstm-edu run test")


def train(model, seed):
    return {"model": model, "seed": seed, "error": 0.5}


def test_a_record_says_what_was_run_with_what_and_on_what(tmp_path):
    begin(tmp_path / "r.json").add(train("RNN", 0))
    record = read_record(tmp_path / "r.json")
    assert list(record) == ["command", "settings", "versions", "hardware", "date", "runs"]
    assert record["command"] == "lstm-edu run test"
    assert record["settings"] == SETTINGS
    assert record["versions"] == versions()
    assert record["versions"]["numpy"] == np.__version__
    assert record["hardware"]["cores"] >= 1
    assert record["hardware"]["processor"]
    assert len(record["date"]) == 10
    assert record["runs"] == [train("RNN", 0)]


def test_one_run_is_one_line(tmp_path):
    record = begin(tmp_path / "r.json")
    record.add(train("RNN", 0))
    before = (tmp_path / "r.json").read_text().splitlines()
    record.add(train("LSTM", 0))
    after = (tmp_path / "r.json").read_text().splitlines()
    assert len(after) == len(before) + 1
    assert len(set(after) - set(before)) == 2  # the new line, and the comma before it


def test_an_interrupted_command_goes_on_where_it_stopped(tmp_path):
    wanted = [("RNN", 0), ("RNN", 1), ("LSTM", 0)]
    done = []

    def stops(model, seed):
        if (model, seed) == ("LSTM", 0):
            raise KeyboardInterrupt
        return train(model, seed)

    with pytest.raises(KeyboardInterrupt):
        begin(tmp_path / "r.json").complete(wanted, stops, progress=False)

    def counts(model, seed):
        done.append((model, seed))
        return train(model, seed)

    record = begin(tmp_path / "r.json")
    record.complete(wanted, counts, progress=False)
    assert done == [("LSTM", 0)]
    assert [(run["model"], run["seed"]) for run in read_record(tmp_path / "r.json")["runs"]] == wanted


def test_the_bar_names_the_run(tmp_path, capsys):
    begin(tmp_path / "r.json").complete([("RNN", 0)], train)
    assert "RNN, 0" in capsys.readouterr().err


def test_other_settings_do_not_mix(tmp_path):
    begin(tmp_path / "r.json").add(train("RNN", 0))
    with pytest.raises(ValueError, match=r"r\.json was begun with other settings: .*Move it away"):
        begin(tmp_path / "r.json", {"budget": 4})
    assert len(read_record(tmp_path / "r.json")["runs"]) == 1


@pytest.mark.parametrize("name", ["versions", "hardware"])
def test_other_versions_or_machines_do_not_mix(tmp_path, monkeypatch, name):
    begin(tmp_path / "r.json").add(train("RNN", 0))
    monkeypatch.setattr(module, name, lambda: {"of": "another one"})
    with pytest.raises(ValueError, match=f"was begun with other {name}"):
        begin(tmp_path / "r.json")


def test_a_crash_while_writing_leaves_the_record_as_it_was(tmp_path, monkeypatch):
    record = begin(tmp_path / "r.json")
    record.add(train("RNN", 0))

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        record.add(train("RNN", 1))
    assert len(read_record(tmp_path / "r.json")["runs"]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]


def test_what_is_not_a_number_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        begin(tmp_path / "r.json").add({"model": "RNN", "seed": 0, "error": float("nan")})
    assert not (tmp_path / "r.json").exists()


def test_a_folder_has_to_exist_before_hours_are_spent(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"The folder .*nowhere does not exist\. Create it first\."):
        begin(tmp_path / "nowhere" / "r.json")


@pytest.mark.parametrize(
    ("content", "trouble"), [("{", "Expecting"), ('{"command": 1}', "date, hardware, runs")]
)
def test_what_is_no_record_is_refused(tmp_path, content, trouble):
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(ValueError, match=rf"r\.json is not a record: .*{trouble}"):
        read_record(tmp_path / "r.json")


def test_a_checkout_holds_its_records(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    begin(tmp_path / "r.json").add(train("RNN", 0))
    assert load_record("r") == read_record(tmp_path / "r.json")


def test_without_a_checkout_the_repository_is_asked(tmp_path, monkeypatch):
    begin(tmp_path / "r.json").add(train("RNN", 0))
    monkeypatch.setattr(module, "FOLDER", tmp_path / "elsewhere")
    asked = []

    def answer(url, timeout):
        asked.append(url)
        return io.BytesIO((tmp_path / "r.json").read_bytes())

    monkeypatch.setattr(module, "urlopen", answer)
    assert load_record("r")["runs"] == [train("RNN", 0)]
    assert asked == [f"{module.REPOSITORY}/r.json"]


def test_a_record_that_is_nowhere(tmp_path, monkeypatch):
    def silent(url, timeout):
        raise URLError("no network")

    monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.setattr(module, "urlopen", silent)
    with pytest.raises(
        FileNotFoundError, match=r"no record .*r\.json, and https://.* did not answer \(no network\)"
    ):
        load_record("r")


def test_the_processor_by_its_name(tmp_path):
    (tmp_path / "cpuinfo").write_text("vendor_id : X\nmodel name\t: A Processor @ 2 GHz\n")
    assert processor(tmp_path / "cpuinfo") == "A Processor @ 2 GHz"
    assert processor(tmp_path / "absent")


def test_rounded():
    nest = {"a": [np.float64(1 / 3), float("inf")], "b": np.array([[123456.0]]), "c": 2}
    assert rounded(nest) == {"a": [0.333, None], "b": [[123000.0]], "c": 2.0}
    assert rounded(1 / 3, digits=5) == 0.33333
    json.dumps(rounded(nest), allow_nan=False)
