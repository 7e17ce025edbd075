import pytest

from evomerge.errors import UserError
from evomerge.page.comparison import compared_content
from tests.report.comparing.runs import LOST, WON, facts, written


@pytest.fixture
def runs(tmp_path):
    for name, scores in (("a", WON), ("b", LOST)):
        written(tmp_path / name, facts(test=scores))
    return {name: tmp_path / name for name in "ab"}


def test_runs_winners_and_remarks_are_shown(runs):
    content = compared_content(runs)

    table, winners = content.tables
    assert [row[0] for row in table.rows] == ["a", "b"]
    assert winners.title == "The winner of b less that of a, on sealed items"
    assert [row[0] for row in winners.rows] == ["fitness", "t", "u"]
    assert winners.rows[0][1] == "-0.600"
    assert any("is a look" in remark for remark in content.remarks)


def test_one_run_cannot_be_compared(runs):
    with pytest.raises(UserError, match="two runs or more"):
        compared_content({"a": runs["a"]})
