from evomerge.search import Outcome
from evomerge.search.candidate import Proposal
from evomerge.search.strategies import Strategies


class Two(Strategies):
    """Draws batches of two, and notes what is concluded."""

    def __init__(self, starts=()):
        super().__init__(4, 2, starts)
        self.concluded, self.begun = [], []

    def _draw(self, strategy):
        return [Proposal((strategy / 2,), "sample")] * 2

    def _begin(self, candidate, outcome):
        self.begun.append(candidate.genome)

    def _conclude(self, strategy, outcomes):
        self.concluded.append((strategy, [one.fitness for one in outcomes]))


def test_strategies_take_turns_and_each_waits_for_its_own_batch():
    algorithm = Two()
    a, b, c, d = algorithm.ask(9)
    assert [one.genome for one in (a, b, c, d)] == [(0.0,), (0.0,), (0.5,), (0.5,)]
    assert algorithm.ask(1) == []
    algorithm.tell(d, Outcome((4.0,)))
    algorithm.tell(b, Outcome((2.0,)))
    assert algorithm.concluded == []
    algorithm.tell(c, Outcome((3.0,)))
    assert algorithm.concluded == [(1, [3.0, 4.0])]
    assert [one.genome for one in algorithm.ask(9)] == [(0.5,)] * 2
    algorithm.tell(a, Outcome((1.0,)))
    assert algorithm.concluded[1:] == [(0, [1.0, 2.0])]


def test_starts_come_first_and_belong_to_no_strategy():
    algorithm = Two(((0.1,), (0.2,)))
    asked = algorithm.ask(3)
    assert [one.operator for one in asked] == ["start", "start", "sample"]
    for one in asked:
        algorithm.tell(one, Outcome((1.0,)))
    assert algorithm.begun == [(0.1,), (0.2,)]


def test_a_batch_that_failed_is_not_learnt_from_and_the_next_is_drawn():
    algorithm = Two()
    for one in algorithm.ask(4):
        algorithm.tell(one, Outcome(failure="out of memory"))
    assert algorithm.concluded == []
    assert len(algorithm.ask(9)) == 4
