"""What a verdict does not say."""

from dataclasses import replace

from evomerge.report.unshown import not_shown
from evomerge.report.verdict import FloorTest, SealedScores
from evomerge.score.proof.comparison import NonInferiority
from tests.report.history import VERDICT, comparison

SHORT = {label: label for label in VERDICT.scores}
ALWAYS = "nothing but the tasks above was measured"


def told(verdict):
    return [line[: len(ALWAYS)] for line in not_shown(verdict, SHORT)]


def test_a_promoted_winner_was_shown_on_its_tasks_alone():
    assert told(VERDICT) == [ALWAYS]


def test_refused_and_perhaps_no_better_than_the_average():
    close = replace(VERDICT.comparisons["uniform"], fitness=comparison(0.01, p_value=0.4))
    found = replace(VERDICT, reasons=("no",), comparisons={**VERDICT.comparisons, "uniform": close})
    first, second, _ = not_shown(found, SHORT)
    assert first == "that it is better than all of its parents: it is refused"
    assert second.endswith("the plain average of its parents (difference +0.010, p = 0.4)")


def test_a_task_that_fell_without_a_floor():
    fell = {**VERDICT.scores, "winner": SealedScores(0.75, {"t": 0.25, "u": 0.9})}
    assert not_shown(replace(VERDICT, scores=fell, floors={}), SHORT)[0] == (
        "that t is kept: it scores 0.250, A 0.500, and no floor holds it"
    )
    lost = {"t": FloorTest("A", NonInferiority(-0.25, -0.3, 0.1, False, 12))}
    assert not_shown(replace(VERDICT, floors=lost), SHORT)[0] == "that t keeps to its floor"


def test_without_rivals_there_is_nothing_to_compare_with():
    assert told(replace(VERDICT, best=None, comparisons={}, floors={})) == [ALWAYS]
