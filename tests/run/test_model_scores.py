"""What one model scored, task by task."""

from dataclasses import replace

from evomerge.ledger import ItemScore, Split
from evomerge.run.model_scores import ScoredItem, TaskScores, by_task
from evomerge.score.benchmark import Benchmark
from tests.run.fakes import items, prepared

ITEMS = items("search", 3)
SCORES = [
    ItemScore("t", item.id, value) for item, value in zip(ITEMS, (1.0, 0.5, 0.0), strict=True)
]
TERM = prepared().benchmark.terms[0]


def test_items_stand_in_their_order_and_what_does_not_count_has_no_score():
    scores = [*SCORES[:2], SCORES[2]._replace(weight=0.0)]
    found = TaskScores.of(TERM, ITEMS, scores, {"t": 0.75})
    assert (found.metric, found.weight, found.score) == ("m", 1.0, 0.75)
    assert found.items == (
        ScoredItem("search000", 0, 1.0),
        ScoredItem("search001", 1, 0.5),
        ScoredItem("search002", 2, None),
    )


def test_tasks_without_items_on_the_split_are_left_out():
    other = replace(TERM, task="u", items={split: [] for split in Split})
    benchmark = Benchmark([TERM, other])
    found = by_task(benchmark, ITEMS, SCORES, benchmark.task_means(SCORES))
    assert {task: scored.score for task, scored in found.items()} == {"t": 0.5}
    assert by_task(benchmark, [], [], {}) == {}
