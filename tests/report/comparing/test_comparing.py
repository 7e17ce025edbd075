from dataclasses import replace

import pytest

from evomerge.errors import RunFolderError, UserError
from evomerge.ledger import Registry
from evomerge.report.comparing.comparing import A_LOOK, OTHER_SEARCH, compare_runs
from tests.report.comparing.runs import LOST, YARDSTICK, facts, item, listed, written


def test_each_run_is_held_against_the_first(tmp_path):
    folders = [
        written(tmp_path / name, facts(seed, test))
        for name, seed, test in (("a", 1, None), ("b", 2, LOST), ("c", 3, LOST))
    ]
    compared = compare_runs([folders[2], *folders[:2]])

    assert [(one.run, one.than, one.shared.split) for one in compared.winners] == [
        ("a", "c", "validation"),
        ("b", "c", "test"),
    ]
    assert compared.winners[1].corrected == 1.0
    assert [len(progress.steps) for progress in compared.progress] == [1, 1, 1]
    assert compared.spending[0].best == (0.75, 0.75, 0.75)
    assert compared.spreads[0].seeds == (3, 1, 2)
    assert compared.remarks == (A_LOOK,)


def test_a_run_against_itself_differs_by_nothing(tmp_path):
    run = written(tmp_path / "a", facts())
    before = (run / "ledger.sqlite").read_bytes()
    compared = compare_runs([run, run])

    assert [one.name for one in compared.runs] == ["a", "a (2)"]
    assert (compared.winners[0].fitness.difference, compared.winners[0].corrected) == (0.0, 1.0)
    assert compared.spreads == ()
    assert (run / "ledger.sqlite").read_bytes() == before


def test_comparing_is_no_opening(tmp_path, monkeypatch):
    registry = tmp_path / "openings.jsonl"
    monkeypatch.setenv("EVOMERGE_REGISTRY", str(registry))
    runs = [written(tmp_path / name, facts()) for name in "ab"]
    compare_runs(runs)
    assert not registry.exists()
    assert Registry(registry).looks([item("t", "test", 0)]).items == 0


def test_runs_without_a_winner_or_of_an_earlier_version_are_told(tmp_path):
    whole = facts()
    early = written(tmp_path / "early", whole[:8])
    old = written(tmp_path / "old", facts(yardstick=None))
    compared = compare_runs([early, old, written(tmp_path / "new", whole)])

    assert compared.winners == ()
    assert compared.remarks[0].startswith("early has no winner yet: `evomerge resume`")
    assert "did not record which questions hang together" in compared.remarks[1]
    assert compared.spending[0].best == (0.75, 0.75, 0.75)


@pytest.mark.parametrize(
    "more",
    [
        {"items": listed(prompt="other")},
        {"yardstick": replace(YARDSTICK, groups={item("t", "search", 0): "p"})},
        {"yardstick": replace(YARDSTICK, how="geometric")},
    ],
)
def test_search_scores_on_no_common_scale_are_told(tmp_path, more):
    runs = [written(tmp_path / "a", facts()), written(tmp_path / "b", facts(**more))]
    told = OTHER_SEARCH in compare_runs(runs).remarks
    assert told == (not more.get("yardstick", YARDSTICK).groups)


def test_fewer_than_two_runs_are_refused(tmp_path):
    with pytest.raises(UserError, match="two runs or more"):
        compare_runs([written(tmp_path / "a", facts())])
    with pytest.raises(RunFolderError):
        compare_runs([tmp_path / "a", tmp_path / "none"])
