from dataclasses import replace

import pytest

from evomerge.ledger import ItemScore, TaskMeasure
from evomerge.report.comparing.compared_run import compared_run
from evomerge.report.comparing.winners import CHOSEN_BY_THEM, compare_winners, corrected
from evomerge.score.items.units import Units
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.scale import BINARY
from evomerge.score.proof.two_sided import compare_both_ways
from tests.report.comparing.runs import LOST, WON, YARDSTICK, facts, item, written

PASSAGES = {item("t", "test", n): f"p{n // 4}" for n in range(20)}


@pytest.fixture
def made(tmp_path):
    def run(name, **more):
        return compared_run(written(tmp_path / name, facts(**more)), name)

    return run


def test_a_winner_is_no_better_than_itself(made):
    same = compare_winners(made("a"), made("b"))
    assert (same.fitness.difference, same.fitness.p_value) == (0.0, 1.0)
    assert all(task.difference == 0 and task.p_value == 1 for task in same.tasks.values())
    assert same.remarks == ()


def test_the_better_one_is_shown_and_signs_turn_with_the_order(made):
    a, b = made("a"), made("b", test=LOST)
    better, worse = compare_winners(a, b), compare_winners(b, a)

    assert (better.run, better.than) == ("a", "b")
    assert better.fitness.difference == pytest.approx(0.6)
    assert better.fitness.interval[0] > 0
    assert worse.fitness.difference == -better.fitness.difference
    assert worse.fitness.interval == tuple(-end for end in reversed(better.fitness.interval))
    assert worse.fitness.p_value == better.fitness.p_value
    assert worse.tasks["t"].difference == -better.tasks["t"].difference
    assert worse.corrected_tasks == better.corrected_tasks


def test_what_hangs_together_in_one_of_the_runs_is_one_voice(made):
    grouped = replace(YARDSTICK, groups=PASSAGES)
    alone = compare_winners(made("a"), made("b", test=LOST))
    found = compare_winners(made("c"), made("d", test=LOST, yardstick=grouped))

    assert (alone.fitness.units, found.fitness.units, found.fitness.items) == (40, 25, 40)
    assert found.fitness.difference == alone.fitness.difference
    assert found.fitness.error > alone.fitness.error


def test_it_is_the_promotions_own_test_on_both_sides(made):
    grouped = replace(YARDSTICK, groups=PASSAGES)
    a, b = made("a", yardstick=grouped), made("b", test=LOST, yardstick=grouped)
    scores = [
        [
            ItemScore(task, item(task, "test", n), value)
            for task in "tu"
            for n, value in enumerate(values)
        ]
        for values in (WON, LOST)
    ]
    expected = compare_both_ways(
        *scores,
        Aggregate({"t": 0.5, "u": 0.5}),
        units=Units(groups=PASSAGES),
        scales={"t": BINARY, "u": BINARY},
    )
    assert compare_winners(a, b).fitness == expected


def test_runs_that_add_up_otherwise_are_compared_task_by_task(made):
    tasks = {**YARDSTICK.tasks, "t": TaskMeasure(1.0, "judge", (0.0, 1.0, True))}
    other = compare_winners(made("a"), made("b", yardstick=replace(YARDSTICK, tasks=tasks)))
    assert other.fitness is None
    assert other.tasks.keys() == {"t", "u"}
    assert "only tasks are compared" in other.remarks[0]

    ranged = replace(YARDSTICK, how="range")
    same = compare_winners(made("c", yardstick=ranged), made("d", yardstick=ranged, test=LOST))
    assert same.fitness.difference == pytest.approx(0.6 / 0.25)


def test_weights_of_one_proportion_are_one(made):
    tasks = {name: replace(measure, weight=6.0) for name, measure in YARDSTICK.tasks.items()}
    assert compare_winners(made("a"), made("b", yardstick=replace(YARDSTICK, tasks=tasks))).fitness


def test_what_the_comparison_rests_on_is_told(made):
    tasks = {**YARDSTICK.tasks, "u": TaskMeasure(2.0, "another")}
    other = made("b", yardstick=replace(YARDSTICK, tasks=tasks), test=None)
    told = compare_winners(made("a"), other).remarks

    assert told[0] == CHOSEN_BY_THEM
    assert told[1] == "left out, since what judges them differs: u"
    assert told[2] == "the fitness is that of the shared tasks alone, without u"


def test_several_comparisons_are_corrected_for_their_number(made):
    a, b = made("a"), made("b", test=LOST)
    one, other = corrected([compare_winners(b, a), compare_winners(a, a)])
    assert one.corrected == 2 * one.fitness.p_value
    assert other.corrected == 1.0
