"""What is known of one offspring on one split."""

import pytest

from evomerge.ledger import Cost, ItemNumbers, ItemScore, Part, State
from evomerge.run.evaluation.results import Results, largest_weights

KEYS = [("t", name) for name in "abcd"]


def part(*scored, weights=(), state=State.SCORED, reason="", tokens=10, **more):
    weights = weights or [1.0] * len(scored)
    scores = [
        ItemScore("t", item, value, weight)
        for (item, value), weight in zip(scored, weights, strict=True)
    ]
    return Part("d", "search", state, reason, scores, Cost(1.0, 2.0, 0.5, tokens), **more)


@pytest.fixture
def results():
    return Results(ItemNumbers())


def test_scores_add_up_part_by_part(results):
    assert (results.missing(KEYS), results.scores) == (KEYS, {})
    results.take(part(("a", 1.0), ("c", 0.5)), 3)
    results.take(part(("d", 0.25)), 8)
    assert results.missing(KEYS) == [("t", "b")]
    assert results.missing(KEYS[2:]) == []
    assert results.values(KEYS) == {KEYS[0]: 1.0, KEYS[2]: 0.5, KEYS[3]: 0.25}
    assert results.scores[KEYS[2]] == ItemScore("t", "c", 0.5)


def test_of_an_item_scored_twice_the_later_score_counts(results):
    results.take(part(("a", 1.0)))
    results.take(part(("a", 0.25)))
    assert results.scores == {KEYS[0]: ItemScore("t", "a", 0.25)}
    assert results.values(KEYS) == {KEYS[0]: 0.25}


def test_weights_come_late_and_hold_for_their_items_alone(results):
    results.take(part(("a", 1.0)))
    results.take(part(("b", 1.0), ("c", 0.0), weights=[3.0, 0.0]))
    assert [score.weight for score in results.scores.values()] == [1.0, 3.0, 0.0]


def test_costs_and_records_are_those_of_the_items_asked_for(results):
    results.take(part(("a", 1.0), ("b", 1.0), tokens=40), 3)
    results.take(part(("c", 1.0), tokens=8), 5)
    results.take(part(state=State.FAILED, reason="out of memory", tokens=2), 6)
    both, half = results.set_of(KEYS[:2]), results.set_of(KEYS[:1])
    assert results.cost_of(both).tokens == 40 + 2, "failed attempts took something too"
    assert results.cost_of(half).tokens == 20 + 2
    assert results.cost_of(results.set_of(KEYS)).tokens == 50
    assert results.records_of(half) == (3, 6)
    assert results.records_of(results.set_of(KEYS)) == (3, 5, 6)


def test_a_failure_is_known_until_it_is_forgiven(results):
    results.take(part(state=State.FAILED, reason="out of memory"))
    assert results.failure == "out of memory"
    results.forgive()
    assert results.failure is None


def test_audits_and_answers_are_kept_by_task_and_item(results):
    results.take(part(("a", 1.0), audit={"t": {"items": 1}}, answers={KEYS[0]: [["x", 1, True]]}))
    assert (results.audit, results.answers) == ({"t": {"items": 1}}, {KEYS[0]: [["x", 1, True]]})


def test_an_item_counts_as_much_as_for_any_of_the_models(results):
    other = Results(ItemNumbers())
    results.take(part(("a", 1.0), ("b", 1.0), weights=[0.5, 0.0]))
    other.take(part(("a", 1.0), weights=[0.75]))
    weights = largest_weights([results, other], KEYS)
    assert weights == {KEYS[0]: 0.75, KEYS[1]: 0.0, KEYS[2]: 1.0, KEYS[3]: 1.0}
    assert largest_weights([], KEYS) == dict.fromkeys(KEYS, 1.0)
