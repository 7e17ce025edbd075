"""Terminal, JSON and card of one view say the same."""

from evomerge.cli.status import print_status
from evomerge.cli.verdict import print_tables
from evomerge.ledger import RailDecided, RunStopped, TrainingBegan, TrainingWent
from evomerge.report.card import card_sections
from evomerge.report.reading import read
from evomerge.report.status import view_to_json
from tests.report.history import ENDED, HISTORY, PROVED, SEARCHED, VERDICT, records

FINISHED = read(records([*SEARCHED, *PROVED, *ENDED[:1]]))


def test_a_finished_run(capsys):
    print_status(FINISHED)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "running, generation 1; trials: 2 scored, 1 failed"
    assert lines[1] == "the search ended after 3 of 3 evaluations"
    assert lines[3] == (
        "90 tokens: parents 30, search 30, random search 10, validation 10, test 10"
    )
    table = [line.split() for line in lines[4:9]]
    assert table == [
        ["model", "search", "validation", "test"],
        ["A", "0.500", "0.500"],
        ["B", "0.250"],
        ["uniform", "0.375"],
        ["best", "0.750", "0.625", "0.750"],
    ]
    assert lines[-1].startswith("promoted, 1 flagged: 0.750 against 0.500 of the best parent (A)")


def test_a_run_that_was_extended(capsys):
    print_status(read(records(HISTORY)))
    out = capsys.readouterr().out
    assert out.count("before it was extended: promoted") == 2
    assert out.endswith("promotion: pending\n")


def test_terminal_json_and_card_have_one_source(capsys):
    facts = view_to_json(FINISHED)
    print_status(FINISHED)
    print_tables(VERDICT, FINISHED)
    told = capsys.readouterr()
    text, tables = told.out, told.err
    card = card_sections(FINISHED, VERDICT)
    promotion = facts["promotion"]
    for value in (f"{promotion['winner']:.3f}", f"{promotion['difference']:+.3f}"):
        assert value in text
        assert value in card
    for label, scores in promotion["scores"].items():
        assert f"| {label} | {scores['fitness']:.3f} |" in card
        assert f"{scores['fitness']:.3f}" in tables
    assert "models.0.parameters.weight  0.25" in tables
    assert facts["cost"]["evaluations"] == FINISHED.evaluations == 3
    assert facts["best"] == {"digest": "x", "search": 0.75, "validation": 0.625}
    assert facts["weights_sha256"] == "5eed"


def test_where_a_rail_has_ended_it_is_told_with_no_sign_that_a_terminal_obeys(capsys):
    halted = RailDecided("length", "pause", 0, 1, 3.0, 2.0, "t\x1b[2J: answers are long")
    view = read(records([*SEARCHED, halted]))
    print_status(view)
    out = capsys.readouterr().out
    assert "the rail length paused the run after generation 1 of cycle 0" in out
    assert "\x1b" not in out
    (told,) = view_to_json(view)["halts"]
    assert (told["rail"], told["value"], told["threshold"]) == ("length", 3.0, 2.0)


def test_why_a_run_stopped_is_told(capsys):
    view = read(records([*SEARCHED, RunStopped("a disk is full\x1b[2J")]))
    print_status(view)
    out = capsys.readouterr().out
    assert "why: a disk is full" in out
    assert "\x1b" not in out
    assert view_to_json(view)["why"].startswith("a disk is full")


def test_what_a_run_is_doing_stands_first(capsys):
    going_on = TrainingBegan(0, 260, 1380), TrainingWent(0, 65)
    view = read(records([*SEARCHED, *going_on]))
    print_status(view)
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith(
        "running: after cycle 0 an adapter is trained: 260 steps on 1,380 items, 65 done, "
        "generation 1; "
    )
    told = view_to_json(view)
    assert (told["phase"], told["training"]["done"]) == ("training an adapter", 65)


def test_before_the_search_there_is_no_generation(capsys):
    print_status(read([]))
    assert capsys.readouterr().out.startswith("running: checking, no candidate; trials: none\n")
