import json
from dataclasses import replace

from evomerge.ledger import TaskMeasure
from evomerge.report.comparing.comparing import compare_runs
from evomerge.report.comparing.to_json import compared_to_json
from tests.report.comparing.runs import LOST, YARDSTICK, facts, written


def test_all_of_it_is_json(tmp_path):
    # Scores that are not 0 and 1, on a scale that nobody knows.
    tasks = {**YARDSTICK.tasks, "u": TaskMeasure(2.0, "judge")}
    some = {"yardstick": replace(YARDSTICK, tasks=tasks)}
    half = tuple(value / 2 for value in LOST)
    a = written(tmp_path / "a", facts(3, **some))
    b = written(tmp_path / "b", facts(4, half, **some))
    plain = json.loads(json.dumps(compared_to_json(compare_runs([a, b])), allow_nan=False))

    assert [run["name"] for run in plain["runs"]] == ["a", "b"]
    assert plain["runs"][0]["steps"][0]["best"] == 0.75
    assert plain["runs"][0]["test"] == 0.8
    (winners,) = plain["winners"]
    assert (winners["run"], winners["split"], winners["items"]) == ("b", "test", 40)
    assert winners["fitness"]["interval"] == [None, None]
    assert winners["tasks"]["t"]["p_value"] <= winners["tasks"]["t"]["corrected"]
    assert plain["equal_spending"][0]["best"] == {"a": 0.75, "b": 0.75}
    assert plain["seeds"][0]["seeds"] == [3, 4]
