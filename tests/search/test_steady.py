from evomerge.search import Outcome
from evomerge.search.candidate import Proposal
from evomerge.search.steady import Steady


class Climbing(Steady):
    """Steps up from the best so far; waits for the first one, and stops at the top."""

    def __init__(self):
        super().__init__(2)
        self.best, self.waits = None, False

    def _propose(self):
        if self.best is None:
            if self.waits:
                return None
            self.waits = True
            return Proposal((0.5,), "start")
        return Proposal((self.best.genome[0] + 0.25,), "step", (self.best.number,))

    def _learn(self, candidate, outcome):
        if outcome.failure is None:
            self.best = candidate

    def finished(self):
        return "the top" if self.best is not None and self.best.genome == (1.0,) else None


def test_each_is_learnt_from_as_it_is_told():
    algorithm = Climbing()
    (start,) = algorithm.ask(4)
    assert algorithm.ask(1) == []
    algorithm.tell(start, Outcome((1.0,)))
    steps = algorithm.ask(3)
    assert [(c.number, c.generation, c.position) for c in steps] == [
        (1, 0, 1),
        (2, 1, 0),
        (3, 1, 1),
    ]
    assert {(c.genome, c.operator, c.origins) for c in steps} == {((0.75,), "step", (0,))}
    algorithm.tell(steps[2], Outcome(failure="x"))
    algorithm.tell(steps[0], Outcome((2.0,)))
    (top,) = algorithm.ask(1)
    assert top.genome == (1.0,)
    assert algorithm.finished() is None
    algorithm.tell(top, Outcome((3.0,)))
    assert algorithm.finished() == "the top"
    assert algorithm.ask(1) == []
