import pytest

from evomerge.search.algorithm import Algorithm
from evomerge.search.algorithms import ALGORITHMS
from evomerge.search.kind import Problem


class Least(Algorithm):
    """All that an algorithm has to say."""

    @property
    def population(self):
        """One at a time."""
        return 1

    def ask(self, count):
        """Nothing."""
        return []

    def tell(self, candidate, outcome):
        """Forget it."""


def test_what_an_algorithm_leaves_out_has_a_meaning():
    algorithm = Least()
    assert algorithm.finished() is None
    assert algorithm.mean() is None
    assert algorithm.selects(7) == 7


def test_ask_and_tell_and_the_population_cannot_be_left_out():
    for left_out in ("population", "ask", "tell"):
        methods = {k: v for k, v in vars(Least).items() if k in {"population", "ask", "tell"}}
        del methods[left_out]
        with pytest.raises(TypeError, match=left_out):
            type("Less", (Algorithm,), methods)()


@pytest.mark.parametrize("name", ALGORITHMS)
def test_every_algorithm_selects_some_and_no_more_than_there_are(name):
    kind = ALGORITHMS[name]
    algorithm = kind.make(Problem((0.5, 0.5), (0, 0), kind.goals[0]), kind.settings(), 0)
    assert algorithm.population >= 1
    for count in (1, 2, 9):
        assert 1 <= algorithm.selects(count) <= count
