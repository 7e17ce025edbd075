"""Documents made in a run, as items of a task."""

import pytest

from evomerge.engine.request import Generated
from evomerge.ledger import Split
from evomerge.run.loop.made_items import MADE, made_items
from tests.run.loop.preparing import french, prepared

TASK = "zoo_arithmetic_french"


def test_a_made_item_is_asked_and_graded_as_the_task_asks_and_grades_its_own():
    ready = prepared()
    task = next(task for task in ready.tasks if task.name == TASK)
    own = ready.benchmark.terms[2].items[Split.TEST]
    made = made_items(ready, TASK, [dict(task.docs[item.id]) for item in own])
    assert [item.id for item in made.items] == [item.id for item in own]
    assert [item.requests for item in made.items] == [item.requests for item in own]
    assert {item.task for item in made.items} == {TASK + MADE}
    said = [
        (Generated(item.gold if place % 2 else "deux", 3, True),) for place, item in enumerate(own)
    ]
    scores = made.task.grader.grade(made.items, said)
    expected = [float(place % 2 or item.gold == "deux") for place, item in enumerate(own)]
    assert [score.value for score in scores] == expected
    assert len(task.docs) == 500, "the task's own stay"


@pytest.mark.parametrize("share", [0.1, 0.3, 0.75])
def test_made_items_have_their_share_of_the_fitness_and_no_item_of_another_split(share):
    ready = prepared()
    term = made_items(ready, TASK, [french("1 + 2"), french("30 + 4")]).term(share, 2.0)
    assert term.weight / (term.weight + 2.0) == pytest.approx(share)
    assert [len(term.items[split]) for split in Split] == [2, 0, 0]
    benchmark = ready.benchmark
    before = benchmark.fingerprint, [*benchmark.ids(*Split)]
    means = {"zoo_arithmetic": 1.0, "zoo_french": 0.0, TASK + MADE: 0.5}
    benchmark.admit(term)
    try:
        assert benchmark.search_weight == 2.0
        assert benchmark.fitness(means) == pytest.approx((1 - share) * 0.5 + share * 0.5)
        assert len(benchmark.items(Split.SEARCH)) == 50
        assert len(benchmark.items(Split.VALIDATION)) == 32
    finally:
        benchmark.admit(None)
    assert (benchmark.fingerprint, [*benchmark.ids(*Split)]) == before
    assert benchmark.fitness(means) == pytest.approx(0.5)
