"""All that a recipe is scored on: sealed, graded and averaged."""

from dataclasses import replace

import pytest

from evomerge.engine.request import Generation, Likelihood, Likely
from evomerge.errors import SplitError, TrialError
from evomerge.ledger import ItemScore, ItemsOpened, Split
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.score.proof.scale import BINARY
from evomerge.score.tasks.term import Term
from tests.run.fakes import FirstValue, items


def term(name, weight=1.0, sizes=(3, 2, 4), **more):
    made = {
        split: [replace(item, task=name, id=f"{name}{item.id}") for item in items(split.value, n)]
        for split, n in zip(Split, sizes, strict=True)
    }
    return Term(name, "m", weight, FirstValue(), made, **more)


def answers(asked):
    return [(Likely(float(item.doc_id), False),) for item in asked]


def test_test_items_are_sealed_until_the_ledger_has_their_opening():
    benchmark = Benchmark([term("t"), term("u")])
    assert len(benchmark.items(Split.SEARCH)) == 6
    for wrong in (None, "opened"):
        with pytest.raises(SplitError):
            benchmark.open_test(wrong)
    with pytest.raises(SplitError, match="sealed until the winner is promoted"):
        benchmark.items(Split.TEST)
    benchmark.open_test(ItemsOpened("w", 1))
    assert len(benchmark.items(Split.TEST)) == 8


def test_scores_come_task_after_task_and_within_their_scales():
    benchmark = Benchmark([term("t", scale=BINARY), term("u")])
    asked = benchmark.items(Split.SEARCH)[::-1]
    graded = benchmark.grade(asked, answers(asked))
    assert [score.task for score in graded] == ["t"] * 3 + ["u"] * 3
    assert sorted(score.value for score in graded if score.task == "t") == [0.0, 1.0, 1.0]
    assert sorted(score.value for score in graded if score.task == "u") == [0.0, 1.0, 2.0]
    assert benchmark.regrade(asked, answers(asked)) == graded
    assert benchmark.lenient(asked, answers(asked), graded) == graded
    audits = benchmark.audit(asked, answers(asked), graded)
    assert {task: audit.score for task, audit in audits.items()} == {"t": 2 / 3, "u": 1.0}


def test_what_a_task_cannot_grade_is_told_with_its_name():
    class Refuses(FirstValue):
        def grade(self, items, responses):
            raise TrialError("item 3: no")

    benchmark = Benchmark([replace(term("t"), grader=Refuses())])
    asked = benchmark.items(Split.SEARCH)
    with pytest.raises(TrialError, match=r"^task t: item 3: no$"):
        benchmark.grade(asked, answers(asked))


def test_means_are_weighted_by_item_and_fitness_by_task():
    benchmark = Benchmark([term("t", 3.0), term("u", 1.0)])
    scores = [
        ItemScore("t", "a", 1.0, 1.0),
        ItemScore("t", "b", 0.0, 3.0),
        ItemScore("u", "a", 0.5),
        ItemScore("u", "b", 9.0, 0.0),
    ]
    means = benchmark.task_means(scores)
    assert means == {"t": 0.25, "u": 0.5}
    assert benchmark.fitness(means) == pytest.approx((3 * 0.25 + 0.5) / 4)
    assert benchmark.task_means(scores[:2]) == {"t": 0.25}


def test_shares_of_the_parents_range_are_learnt_on_search_items():
    benchmark = Benchmark([term("t")], "range")
    benchmark.calibrate(Split.SEARCH, {"A": {"t": 0.25}, "B": {"t": 0.75}})
    assert benchmark.fitness({"t": 0.5}) == pytest.approx(0.5)
    benchmark.calibrate(Split.VALIDATION, {"A": {"t": 0.0}, "B": {"t": 1.0}})
    assert benchmark.fitness({"t": 0.75}) == pytest.approx(1.0)


def test_a_task_in_which_nothing_counts_is_told_once_all_is_scored():
    benchmark = Benchmark([term("t"), term("u", 0.0)])
    idle = [ItemScore("t", item.id, 0.0, 0.0) for item in benchmark.items(Split.SEARCH)[:3]]
    benchmark.require_counting(idle[:2], Split.SEARCH)
    benchmark.require_counting([score._replace(task="u") for score in idle], Split.SEARCH)
    with pytest.raises(TrialError, match="task t: m counts none of its 3 search items"):
        benchmark.require_counting(idle, Split.SEARCH)


def test_splits_must_have_items_and_keep_apart():
    Benchmark([term("t"), term("u")]).check()
    with pytest.raises(SplitError, match="no task with a weight has items for validation"):
        Benchmark([term("t", sizes=(1, 0, 1)), term("u", 0.0)]).check()
    seen = term("t")
    other = replace(term("u"), items={**term("u").items, Split.TEST: seen.items[Split.SEARCH]})
    with pytest.raises(SplitError, match="3 test items of u are search or validation items of t"):
        Benchmark([seen, other]).check()


def test_the_fingerprint_minds_what_is_asked_and_what_judges():
    one = Benchmark([term("t")])
    assert one.fingerprint == Benchmark([term("t")]).fingerprint
    for change in (
        term("t", sizes=(3, 2, 3)),
        replace(term("t"), metric="n"),
        replace(term("t"), source="5eed"),
    ):
        assert Benchmark([change]).fingerprint != one.fingerprint
    assert Benchmark([replace(term("t"), weight=2.0)]).fingerprint == one.fingerprint


def test_the_largest_token_is_found_in_prompts_and_texts():
    asked = [
        Item("t", "a", 0, (Generation((5, 900, 1), (), 4),)),
        Item("t", "b", 1, (Likelihood((1, 2, 70), 2),)),
    ]
    made = {Split.SEARCH: asked[:1], Split.VALIDATION: asked[1:], Split.TEST: []}
    assert Benchmark([Term("t", "m", 1.0, FirstValue(), made)]).largest_token == 900


def test_answers_are_graded_meanwhile_only_where_every_judge_lets_them():
    class Alone(FirstValue):
        concurrent = False

    assert Benchmark([term("t")]).judges_concurrently
    alone = replace(term("u"), grader=Alone())
    assert not Benchmark([term("t"), alone]).judges_concurrently
