import numpy as np
import pytest

from evomerge.search import Outcome, Problem
from evomerge.search.candidate import Proposal
from evomerge.search.incumbents import Incumbents
from tests.search.conformance import history


class Stepping(Incumbents):
    """Challenges each incumbent with one a little larger; begins at 0.5."""

    def __init__(self, *starts, population=4):
        super().__init__(Problem((0.5,), (0,), starts=starts), population, 0)
        self.successes = []

    def _sample(self):
        return (0.1,)

    def _challenger(self, member, incumbent):
        return Proposal((incumbent.genome[0] + 0.01,), "step", (incumbent.number,))

    def _won(self, members):
        self.successes.append(members)

    @property
    def genomes(self):
        """Of its incumbents."""
        return [member and round(member.genome[0], 2) for member in self._members]


def asked(generation):
    return [(candidate.operator, round(candidate.genome[0], 2)) for candidate in generation]


def test_the_first_members_are_starts_then_the_start_then_chance():
    algorithm = Stepping((0.2,), (0.3,))
    assert asked(algorithm.ask(4)) == [
        ("start", 0.2),
        ("start", 0.3),
        ("start", 0.5),
        ("sample", 0.1),
    ]


def test_where_values_are_sure_every_incumbent_is_challenged():
    algorithm = Stepping()
    history(algorithm, lambda genome: Outcome((genome[0],)), 1)
    (second,) = history(algorithm, lambda genome: Outcome((genome[0],)), 1)
    assert asked(second) == [("step", 0.51), ("step", 0.11), ("step", 0.11), ("step", 0.11)]
    assert algorithm.genomes == [0.51, 0.11, 0.11, 0.11]
    history(algorithm, lambda genome: Outcome((-genome[0],)), 1)
    assert algorithm.genomes == [0.51, 0.11, 0.11, 0.11]
    assert algorithm.successes == [[], [0, 1, 2, 3], []]


def test_where_they_are_not_it_is_asked_again_beside_its_challenger():
    algorithm = Stepping()
    history(algorithm, lambda genome: Outcome((1.0,), (0.1,)), 1)
    (second,) = history(algorithm, lambda genome: Outcome((-genome[0],), (0.1,)), 1)
    assert asked(second) == [("again", 0.5), ("step", 0.51), ("again", 0.1), ("step", 0.11)]
    assert second[0].origins == second[1].origins == (0,)
    assert algorithm.genomes == [0.5, 0.1, 0.1, 0.1]
    third = algorithm.ask(4)
    assert [candidate.origins[0] for candidate in third] == [2, 2, 3, 3]


def test_luck_is_forgotten_when_it_is_asked_again():
    """Found by luck of ten, it loses to a challenger that is better by a little."""
    algorithm = Stepping()
    history(algorithm, lambda genome: Outcome((10.0,), (3.0,)), 1)
    for _ in range(2):
        history(algorithm, lambda genome: Outcome((genome[0],), (0.01,)), 1)
    assert algorithm.genomes == [0.51, 0.11, 0.11, 0.11]


def test_what_is_believed_of_incumbents_does_not_grow_with_the_number_of_challengers():
    """All are equally good. Who keeps the best of 60 draws believes 2.3 errors too much."""
    generator = np.random.default_rng(0)
    algorithm = Stepping(population=20)

    def noise(genome):
        return Outcome((float(generator.standard_normal()),), (1.0,))

    history(algorithm, noise, 120)
    believed = [member.outcome.fitness for member in algorithm._members]
    assert np.mean(believed) < 1.0


def test_where_a_member_failed_another_takes_its_place():
    algorithm = Stepping()
    history(algorithm, lambda genome: Outcome(failure="x"), 2)
    assert algorithm.genomes == [None] * 4
    history(algorithm, lambda genome: Outcome((1.0,)), 1)
    assert algorithm.genomes == [0.1] * 4
    history(algorithm, lambda genome: Outcome(failure="x"), 1)
    assert algorithm.genomes == [0.1] * 4


def test_floors_come_before_fitness():
    algorithm = Stepping()
    history(algorithm, lambda genome: Outcome((1.0,)), 1)
    history(algorithm, lambda genome: Outcome((9.0,), violation=0.1), 1)
    assert algorithm.genomes == [0.5, 0.1, 0.1, 0.1]


@pytest.mark.parametrize(("count", "selected"), [(1, 1), (20, 10)])
def test_a_race_may_end_early_for_the_worse_half(count, selected):
    assert Stepping().selects(count) == selected
