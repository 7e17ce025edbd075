from dataclasses import replace

import pytest

from evomerge.ledger import Split
from evomerge.score.benchmark import Benchmark
from evomerge.score.goals import goal_scores, goals_without_items
from evomerge.score.tasks.term import Term
from tests.run.fakes import FirstValue, items


def term(task, weight=1.0, goal=""):
    return Term(task, "m", weight, FirstValue(), {split: [] for split in Split}, goal=goal)


TERMS = [term("sums"), term("hard", 3.0, "sums"), term("words", 2.0), term("told", 0.0)]
MEANS = {"sums": 0.5, "hard": 0.25, "words": 0.75, "told": 1.0}


def test_each_term_that_counts_is_a_goal_and_those_of_one_name_are_weighed_together():
    scores = goal_scores(Benchmark(TERMS), MEANS)
    assert scores == {"sums": pytest.approx((0.5 + 3 * 0.25) / 4), "words": 0.75}


def test_they_are_aggregated_as_the_fitness_is():
    benchmark = Benchmark(TERMS, "range")
    ranges = {"sums": (0.0, 1.0), "hard": (0.0, 0.5), "words": (0.5, 1.0)}
    benchmark.aggregate = replace(benchmark.aggregate, ranges=ranges)
    scores = goal_scores(benchmark, MEANS)
    assert scores == {"sums": pytest.approx(0.5), "words": pytest.approx(0.5)}


def test_a_goal_without_a_mean_is_left_out():
    assert goal_scores(Benchmark(TERMS), {"words": 0.75}) == {"words": 0.75}


def test_a_goal_needs_search_and_validation_items_of_some_term():
    here = {split: items(split.value, 2) for split in Split}
    unseen = {**here, Split.VALIDATION: []}
    terms = [
        replace(term("sums", goal="sums"), items=unseen),
        replace(term("words", goal="words"), items=unseen),
        replace(term("hard", goal="sums"), items=here),
        term("told", 0.0, "told"),
    ]
    assert goals_without_items(Benchmark(terms)) == [("words", Split.VALIDATION)]
