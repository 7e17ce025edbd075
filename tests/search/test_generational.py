import pytest

from evomerge.search import Outcome
from evomerge.search.candidate import Proposal
from evomerge.search.generational import Generational


class Counting(Generational):
    """Proposes 0.0, 0.1, 0.2 and so on; notes what it learns from."""

    def __init__(self):
        super().__init__(3)
        self.learnt, self.drawn = [], 0

    def _propose(self):
        self.drawn += 3
        return [Proposal(((self.drawn - 3 + i) / 10,), "count") for i in range(3)]

    def _learn(self, candidates, outcomes):
        self.learnt.append(
            [(c.genome[0], o.fitness) for c, o in zip(candidates, outcomes, strict=True)]
        )

    def finished(self):
        return "nine are enough" if self.drawn >= 9 else None


def test_a_generation_is_learnt_from_in_its_own_order_once_all_is_told():
    algorithm = Counting()
    first, second = algorithm.ask(2)
    (third,) = algorithm.ask(5)
    assert algorithm.ask(5) == []
    algorithm.tell(third, Outcome((3.0,)))
    algorithm.tell(first, Outcome(failure="x"))
    assert algorithm.ask(5) == []
    assert algorithm.learnt == []
    algorithm.tell(second, Outcome((2.0,)))
    assert algorithm.learnt == [[(0.0, None), (0.1, 2.0), (0.2, 3.0)]]
    following = algorithm.ask(3)
    assert [(c.number, c.generation, c.position) for c in following] == [
        (3, 1, 0),
        (4, 1, 1),
        (5, 1, 2),
    ]


def test_where_all_failed_nothing_is_learnt():
    algorithm = Counting()
    for candidate in algorithm.ask(3):
        algorithm.tell(candidate, Outcome(failure="x"))
    assert algorithm.learnt == []
    assert len(algorithm.ask(3)) == 3


def test_a_finished_one_gives_the_rest_and_then_nothing():
    algorithm = Counting()
    for _ in range(2):
        for candidate in algorithm.ask(3):
            algorithm.tell(candidate, Outcome((1.0,)))
    last = [*algorithm.ask(1), *algorithm.ask(9)]
    assert len(last) == 3
    assert algorithm.finished() == "nine are enough"
    for candidate in last:
        algorithm.tell(candidate, Outcome((1.0,)))
    assert len(algorithm.learnt) == 3
    assert algorithm.ask(1) == []


def test_a_candidate_of_another_search_is_refused_though_its_number_is_in_flight():
    algorithm = Counting()
    algorithm.ask(1)
    with pytest.raises(ValueError, match=r"in flight are \[0\]"):
        algorithm.tell(Proposal((0.9,), "count").numbered(0, 0, 0), Outcome((1.0,)))


class Anew(Counting):
    """Starts over with two candidates after its first generation; never waits."""

    def __init__(self):
        super().__init__()
        self._steady = True

    def _learn(self, candidates, outcomes):
        super()._learn(candidates, outcomes)
        if len(self.learnt) == 1:
            self._start_over(2)

    def finished(self):
        return None


def test_what_was_in_flight_when_it_started_over_is_told_without_effect():
    algorithm = Anew()
    one, two, three, late, later = [*algorithm.ask(3), *algorithm.ask(2)]
    for candidate in (one, two, three):
        algorithm.tell(candidate, Outcome((1.0,)))
    assert algorithm.population == 2
    for candidate in (late, later):
        algorithm.tell(candidate, Outcome((9.0,)))
    assert len(algorithm.learnt) == 1
    after = algorithm.ask(2)
    assert {candidate.generation for candidate in after} == {2}
    for candidate in after:
        algorithm.tell(candidate, Outcome((2.0,)))
    assert algorithm.learnt[1:] == [[(candidate.genome[0], 2.0) for candidate in after]]
