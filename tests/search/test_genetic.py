import numpy as np
import pytest

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms import ALGORITHMS
from tests.search.conformance import failed, history, new, sphere

both = pytest.mark.parametrize("name", ["nsga-ii", "nsga-iii"])


@both
def test_it_begins_with_the_starts_and_uniform_draws(name):
    kind = ALGORITHMS[name]
    starts = ((0.25, 0.25), (0.75, 0.75))
    search = kind.make(Problem((0.5, 0.5), (0, 0), 2, starts), kind.settings(population=6), 0)
    asked = search.ask(6)
    assert [one.genome for one in asked[:3]] == [(0.5, 0.5), *starts]
    assert {one.operator for one in asked} == {"start"}
    assert len({one.genome for one in asked}) == 6


@both
def test_where_the_whole_first_generation_failed_others_are_drawn(name):
    search = new(ALGORITHMS[name], 2)
    first, second = history(search, failed, 2)
    assert not {one.genome for one in first} & {one.genome for one in second}
    assert len(history(search, sphere(ALGORITHMS[name]), 3)[-1]) == 20


@both
def test_children_name_the_parents_that_they_were_crossed_from(name):
    kind = ALGORITHMS[name]
    first, second = history(
        new(kind, 8, settings={"population": 8, "eta_mutation": 1e6}), sphere(kind), 2
    )
    genomes = {one.number: np.array(one.genome) for one in first}
    for child in second:
        assert child.operator == "crossing"
        assert 1 <= len(child.origins) <= 2
        low = np.min([genomes[number] for number in child.origins], axis=0)
        high = np.max([genomes[number] for number in child.origins], axis=0)
        middle = (low + high) / 2
        # Simulated binary crossover draws about both parents, and mostly between them.
        assert np.mean(np.abs(np.array(child.genome) - middle) <= (high - low)) > 0.7


@both
def test_the_last_generation_lies_along_the_front(name):
    """Of two spheres it is the line between their centres."""
    kind = ALGORITHMS[name]
    last = np.array([one.genome for one in history(new(kind, 3), sphere(kind), 80)[-1]])
    means = last.mean(axis=1)
    assert np.median(last.std(axis=1)) < 0.02
    assert means.min() < 0.42
    assert means.max() > 0.48


@both
def test_less_violation_survives_before_what_is_better_at_every_goal(name):
    kind = ALGORITHMS[name]
    search = new(kind, 2, settings={"population": 8})

    def score(genome):
        return Outcome((0.0, -genome[0], genome[1]), violation=max(0.0, genome[0] - 0.5))

    last = history(search, score, 40)[-1]
    assert np.mean([score(one.genome).violation == 0 for one in last]) > 0.8


@both
def test_what_failed_takes_no_part(name):
    """Half of the cube fails, where everything would be better."""
    kind = ALGORITHMS[name]

    def score(genome):
        if genome[0] > 0.5:
            return Outcome(failure="out of memory")
        return Outcome((0.0, genome[0], genome[0] + 1e-3 * genome[1]))

    last = history(new(kind, 2, settings={"population": 8}), score, 40)[-1]
    assert np.mean([one.genome[0] <= 0.5 for one in last]) > 0.6
    assert max(one.genome[0] for one in last if one.genome[0] <= 0.5) > 0.45
