from evomerge.search import Outcome, Problem
from evomerge.search.breeding import Breeding


class Fittest(Breeding):
    """Worth is fitness; the first two mate."""

    def _worth(self, archive):
        return archive.fitness

    def _mates(self, archive):
        return 0, 1


def breeding(starts=(), size=3):
    return Fittest(Problem((0.5, 0.5), (0, 0), starts=starts), 4, size, 0.0, 0)


def tell(algorithm, candidate, fitness):
    algorithm.tell(candidate, Outcome((fitness,), scores={("t", "0"): fitness}))


def test_it_begins_with_the_starts_and_crosses_them_from_then_on():
    starts = ((0.25, 0.5), (0.75, 0.5))
    algorithm = breeding(starts)
    asked = algorithm.ask(2)
    assert [one.genome for one in asked] == [*starts]
    assert {one.operator for one in asked} == {"start"}
    for one in asked:
        tell(algorithm, one, 0.5)
    (child,) = algorithm.ask(1)
    assert (child.operator, child.origins) == ("crossing", (0, 1))


def test_without_starts_it_draws_as_many_as_the_archive_has_places():
    algorithm = breeding(size=5)
    asked = algorithm.ask(5)
    assert [one.operator for one in asked] == ["start"] + ["sample"] * 4
    assert asked[0].genome == (0.5, 0.5)


def test_while_it_waits_for_two_members_it_draws_on():
    algorithm = breeding(((0.25, 0.5), (0.75, 0.5)))
    asked = algorithm.ask(3)
    assert asked[2].operator == "sample"
    for one in asked:
        algorithm.tell(one, Outcome(failure="out of memory"))
    assert [one.operator for one in algorithm.ask(2)] == ["sample", "sample"]


def test_a_full_archive_lets_go_of_the_least_and_names_its_members_best_first():
    algorithm = breeding()
    assert algorithm.kept() == []
    for one, fitness in zip(algorithm.ask(5), (0.1, 0.5, 0.3, 0.2, 0.4), strict=True):
        tell(algorithm, one, fitness)
    assert algorithm.kept() == [1, 4, 2]
