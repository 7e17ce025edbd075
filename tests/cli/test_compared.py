from evomerge.cli.compared import print_compared
from evomerge.report.comparing.comparing import A_LOOK, compare_runs
from tests.report.comparing.runs import LOST, facts, listed, written


def test_winners_searches_and_seeds_are_printed(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    a = written(tmp_path / "a", facts(3))
    b = written(tmp_path / "b\x1b[2J", facts(4, LOST, items=listed(prompt="other")))
    print_compared(compare_runs([a, b]))
    said = capsys.readouterr().out

    assert "on sealed items:" in said
    assert "-0.600" in said
    assert "95 % interval" in said
    assert "40 of 40 items have other prompts" in said
    assert "best search score by" in said
    assert "winners over seeds 3, 4" in said
    assert A_LOOK in said
    assert "\x1b" not in said
