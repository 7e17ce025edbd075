from dataclasses import replace

from evomerge.ledger import (
    PROBES,
    ItemOrigin,
    ItemsMade,
    MadeItem,
    Refusals,
    Use,
    Verified,
    VerifierPrecision,
    WrittenBy,
)
from evomerge.report.made import SHOWN, MadeItems, describe_made, made_to_json

PROGRAM = ItemOrigin("sums", WrittenBy.PROGRAM, Verified.EXECUTED, 0, 0)
CHAIN = ItemOrigin(
    "told", WrittenBy.CHAIN, Verified.VOTED, 0, 0, ("a", "b"), ("vote",), 0.8, 40, 0.5
)


def item(number, origin, use=Use.TRAINING):
    return MadeItem(f"i{number}", {"q": f"{number}?"}, f"{number}?", f"{number}!", origin, use)


FIRST = ItemsMade(
    0,
    "t",
    (item(0, PROGRAM, Use.SCORED), *(item(n, PROGRAM) for n in range(1, 5)), item(9, CHAIN)),
    (
        Refusals("told", "no answer", 3, ("x",)),
        Refusals("told", "wrong", 5),
        Refusals("sums", "wrong", 1),
    ),
    {"sums": 6, "told": 9, "idle": 0},
    (VerifierPrecision("vote", "check.py", 4, 3),),
    500,
    2.5,
)
SECOND = replace(
    FIRST, cycle=1, items=(item(20, CHAIN),), refusals=(Refusals("told", "no answer", 8),)
)


def viewed(*events):
    made = MadeItems()
    for event in events:
        made.take(event)
    return made.viewed


def test_a_run_that_writes_nothing_says_nothing():
    assert viewed() is None
    assert (describe_made(None), made_to_json(None)) == ([], None)


def test_documents_are_counted_by_writer_over_all_cycles():
    seen = viewed(FIRST, SECOND)
    sums, told, idle = seen.writers
    assert (sums.writer, sums.drawn, sums.kept, sums.scored) == ("sums", 12, 5, 1)
    assert dict(sums.verified) == {"executed": 5}
    assert (told.drawn, told.kept, told.models) == (18, 2, ("a", "b"))
    assert [*told.refused.items()] == [("no answer", 11), ("wrong", 5)]
    assert [one.id for one in sums.examples] == ["i2", "i3", "i4"]
    assert len(sums.examples) == SHOWN
    assert (idle.drawn, idle.kept) == (0, 0)
    assert (seen.cycles, seen.tokens, seen.kept) == (2, 1000, 7)
    assert seen.precisions == (VerifierPrecision("vote", "check.py", 8, 6),)


def test_nobody_is_told_in_which_folders_a_user_has_task_and_models():
    origin = replace(CHAIN, models=("/home/me/a", "/home/me/b"))
    seen = viewed(replace(FIRST, task="/home/me/sums.yaml", items=(item(1, origin),)))
    assert seen.task == "sums"
    assert seen.writers[1].models == ("a", "b")


def test_a_cycle_that_is_written_again_counts_once():
    assert viewed(FIRST, FIRST) == viewed(FIRST)


def test_it_is_told_in_sentences():
    assert describe_made(viewed(FIRST)) == [
        "6 items of t were written in one cycle, with 500 tokens",
        "written by sums: 5 of 6 kept: 5 executed; 1 for the search's scores, 4 for training",
        "written by told (a, then b): 1 of 9 kept: 1 voted; 0 for the search's scores, 1 for "
        "training",
        "written by idle: 0 of 0 kept",
        "vote: of 4 answers that it passed 3 are right by check.py",
    ]


def test_it_is_told_as_json_values():
    plain = made_to_json(viewed(FIRST))
    assert plain["writers"]["told"] == {
        "drawn": 9,
        "kept": 1,
        "scored": 0,
        "training": 1,
        "verified": {"voted": 1},
        "refused": {"wrong": 5, "no answer": 3},
        "models": ["a", "b"],
    }
    assert plain["precisions"][0]["right"] == 3


def test_corrections_are_counted_beside_what_was_written():
    judge = "judge m"
    origin = ItemOrigin(
        "constitution", WrittenBy.CORRECTION, Verified.JUDGED, 0, 0, (judge,), (judge,)
    )
    filed = ItemsMade(0, PROBES, (item(1, origin),), (), {"constitution": 3})
    seen = viewed(FIRST, filed, SECOND)
    assert (seen.cycles, seen.kept) == (2, 8)
    (one,) = [each for each in seen.writers if each.writer == "constitution"]
    assert (one.drawn, one.kept, one.scored, dict(one.verified)) == (3, 1, 0, {"judged": 1})
    told = describe_made(seen)
    assert told[0].startswith("8 items of t and the constitution's probes were written in 2 cycles")
    assert "written by constitution (judge m): 1 of 3 kept: 1 judged" in told[4]
