"""What is there, shown."""

import json

from evomerge.ledger import Ledger
from evomerge.recipe import Recipe
from tests.cli.calling import call
from tests.report.comparing.runs import LOST, WON, facts, written
from tests.report.history import HISTORY


def test_the_schema_is_json():
    schema = json.loads(call("schema").stdout)
    assert schema == Recipe.model_json_schema()
    assert "evolve" in schema["$defs"]["Recipe"]["properties"]


def test_a_run_without_answers_shows_none(work):
    (work / "run").mkdir()
    with Ledger(work / "run", create=True) as ledger:
        for what in HISTORY:
            ledger.record(what)
    shown = call("status", "run", "--json")
    assert json.loads(shown.stdout)["trials"] == {
        "scored": 3,
        "pruned": 0,
        "failed": 1,
        "cancelled": 0,
    }
    assert call("status", "run").stdout.startswith("stopped, generation 2; trials: 3 scored")
    none = call("answers", "run")
    assert (none.exit_code, none.stdout, none.stderr) == (0, "", "there are no such answers\n")
    other = call("answers", "run", "--task", "x")
    assert other.exit_code == 2
    assert "--task x: the run has no answers of it; it has none so far" in other.stderr


def test_a_run_that_has_ended_is_watched_to_its_end_at_once(work):
    (work / "run").mkdir()
    with Ledger(work / "run", create=True) as ledger:
        for what in HISTORY:
            ledger.record(what)
    watched, shown = call("status", "run", "--watch"), call("status", "run")
    assert watched.exit_code == 0
    assert watched.stdout.endswith(shown.stdout)
    both = call("status", "run", "--watch", "--json")
    assert (both.exit_code, both.stdout) == (2, "")


def test_runs_are_compared_for_people_and_for_programs(work):
    for name, scores in (("a", WON), ("b", LOST)):
        written(work / name, facts(test=scores))
    told = json.loads(call("compare", "a", "b", "--json").stdout)
    assert told["winners"][0]["fitness"]["difference"] < -0.5
    assert call("compare", "a", "b").stdout.startswith("run  seed")
    alone = call("compare", "a")
    assert (alone.exit_code, "two runs or more" in alone.stderr) == (2, True)
    none = call("compare", "a", "c")
    assert (none.exit_code, "c: not a run folder" in none.stderr) == (2, True)
