"""Logs are lines of JSON, bounded, and hold no secret."""

import json
import logging

import pytest

from evomerge import logs
from evomerge.logs import logging_to

LOG = logging.getLogger("evomerge.of_a_test")


def lines(folder, name="driver"):
    return [json.loads(line) for line in (folder / "logs" / f"{name}.jsonl").open()]


def test_lines_say_when_who_and_what(tmp_path, monkeypatch):
    # What pytest captures of it would have to be UTF-8 to be told.
    for handler in logging.getLogger().handlers:
        monkeypatch.setattr(handler, "emit", lambda record: None)
    with logging_to(tmp_path, "Ray 3"):
        LOG.info("job %d of %s", 3, "\ud800 \n a name")
        logging.getLogger("elsewhere").warning("a library's word")
        logging.getLogger("elsewhere").info("too much")
        try:
            raise ValueError("broken")
        except ValueError:
            LOG.exception("it failed")
    LOG.warning("afterwards")
    first, second, third = lines(tmp_path, "ray-3")
    assert (first["level"], first["logger"]) == ("info", "evomerge.of_a_test")
    assert first["message"] == "job 3 of \ud800 \n a name"
    assert second["message"] == "a library's word"
    assert third["traceback"].endswith("ValueError: broken")
    assert first["time"].startswith("20")
    assert first["process"] == third["process"] > 0


def test_secrets_of_the_environment_are_not_written(tmp_path, monkeypatch):
    monkeypatch.setenv("JUDGE_API_KEY", "sk-123456789")
    monkeypatch.setenv("HF_TOKEN", "sk-123456789-and-more")
    monkeypatch.setenv("SOME_KEY", "none")
    with logging_to(tmp_path, "driver"):
        LOG.warning("asked with sk-123456789-and-more, then sk-123456789: none")
        try:
            raise ValueError("sk-123456789")
        except ValueError:
            LOG.exception("it failed")
    assert "sk-1234" not in (tmp_path / "logs" / "driver.jsonl").read_text()
    assert lines(tmp_path)[0]["message"] == "asked with ***, then ***: none"


def test_files_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "BYTES", 2000)
    with logging_to(tmp_path, "driver"):
        for number in range(200):
            LOG.warning("line %d", number)
    files = [*(tmp_path / "logs").iterdir()]
    assert len(files) == 1 + logs.KEPT
    assert sum(file.stat().st_size for file in files) <= 2000 * len(files)
    assert lines(tmp_path)[-1]["message"] == "line 199"


@pytest.mark.parametrize("stands", [True, False])
def test_a_log_that_cannot_be_written_stops_nothing(tmp_path, stands):
    if stands:
        (tmp_path / "logs").write_text("")
    with logging_to(tmp_path if stands else tmp_path / "gone", "driver"):
        LOG.warning("nobody hears")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["logs"] * stands
