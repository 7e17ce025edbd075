"""Models compared at one level, by the benchmark's units and scales."""

from dataclasses import replace

import pytest

from evomerge.ledger import ItemScore
from evomerge.recipe import Floor
from evomerge.run.promotion.comparing import Comparing
from evomerge.score.benchmark import Benchmark
from evomerge.score.proof.scale import BINARY
from tests.run.fakes import A, B, prepared

TERM = replace(prepared(count=60).benchmark.terms[0], scale=BINARY, floor=Floor(margin=0.2))
COMPARING = Comparing(Benchmark([TERM]), 0.05, 3)


def scores(right):
    return [ItemScore("t", f"test{n:03d}", float((7 * n) % 60 < right)) for n in range(60)]


def test_fitness_and_tasks_are_compared_at_the_level():
    found = COMPARING.fitness(scores(45), scores(15))
    assert (found.difference, found.level, found.items) == (0.5, 0.05, 60)
    assert found.p_value < 1e-3
    assert COMPARING.task(scores(45), scores(15), "t").difference == 0.5
    assert COMPARING.scales == {"t": BINARY}


def test_a_winner_is_compared_with_each_and_corrected_for_their_number():
    others = {A: scores(30), B: scores(40)}
    found = COMPARING.with_each(scores(45), others, {A: (scores(50), scores(50))})
    assert found[A].fitness.difference == pytest.approx(0.25)
    assert found[A].corrected == pytest.approx(min(1, 2 * found[A].fitness.p_value))
    assert found[B].corrected == pytest.approx(max(found[A].corrected, found[B].fitness.p_value))
    assert found[A].lenient.difference == 0.0
    assert found[B].lenient is None
    assert found[A].tasks["t"].difference == found[A].fitness.difference


def test_a_floor_is_kept_against_the_rival_that_shows_it_least():
    test = COMPARING.floor(TERM, scores(45), {A: scores(15), B: scores(45)})
    assert (test.against, test.result.difference, test.result.margin) == ("B", 0.0, 0.2)
    assert test.result.shown
    assert not COMPARING.floor(TERM, scores(30), {B: scores(45)}).result.shown
