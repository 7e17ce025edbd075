"""lm-eval's warnings are told once each, and neither silenced nor in floods."""

import logging
import sys
import warnings

import pytest

from evomerge.score.foreign_code.quiet import LONGEST, TOLD, Once, quiet


def told(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "evomerge"]


@pytest.fixture
def heard(caplog):
    """A logger whose warnings go through a handler that has passed nothing on yet."""
    logger, once = logging.getLogger("tests.quiet"), Once()
    logger.addHandler(once)
    logger.propagate = False
    yield logger
    logger.removeHandler(once)


def test_a_warning_is_told_once(heard, caplog):
    for _ in range(5):
        heard.warning("no stop\nstring in %s", "t")
    heard.info("building contexts")
    assert told(caplog) == ["lm-eval: no stop string in t"]


def test_of_those_from_one_place_few_are_told(heard, caplog):
    for number in range(20):
        heard.warning("document %d: %s", number, "x" * 2 * LONGEST)
    heard.warning("another")
    lines = told(caplog)
    assert [line.split(":")[1] for line in lines[:TOLD]] == [f" document {n}" for n in range(TOLD)]
    assert lines[TOLD:] == ["lm-eval: more like that are not shown", "lm-eval: another"]
    assert max(map(len, lines)) < LONGEST + 20


def test_while_the_terminal_is_kept_quiet_they_wait(caplog, capsys):
    logger = logging.getLogger("lm_eval.tests")
    with quiet():
        logger.warning("held back")
        print("progress", file=sys.stderr)
        warnings.warn("advice", UserWarning, stacklevel=1)
        with quiet():
            pass
        assert told(caplog) == []
    assert told(caplog) == ["lm-eval: held back"]
    assert capsys.readouterr().err == ""


def test_what_is_about_us_is_not_told(caplog):
    with quiet(silent=True):
        logging.getLogger("lm_eval.tests").warning("about a model in memory")
    logging.getLogger("lm_eval.tests").warning("about a task")
    assert told(caplog) == ["lm-eval: about a task"]
