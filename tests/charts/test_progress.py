import pytest

from evomerge.charts.progress import progress_figures
from evomerge.report.comparing.comparing import compare_runs
from tests.charts.runs import rows
from tests.report.comparing.runs import LOST, WON, facts, written


@pytest.fixture
def compared(tmp_path):
    for name, scores in (("a", WON), ("b", LOST)):
        written(tmp_path / name, facts(test=scores))
    return compare_runs([tmp_path / "a", tmp_path / "b"])


def test_each_run_has_a_line_by_each_measure(compared):
    drawn = [*progress_figures(compared)]

    assert [figure.name for figure in drawn] == [
        "progress_evaluations", "progress_items", "progress_seconds"
    ]  # fmt: skip
    for figure in drawn:
        figure.chart.to_dict(validate=True)
        assert {row["run"] for row in rows(figure)} == {"a", "b"}
    first = [row for row in rows(drawn[0]) if row["run"] == "a"]
    assert [row["best"] for row in first] == [
        step.fitness for step in compared.progress[0].steps if step.fitness is not None
    ]
