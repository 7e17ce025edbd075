import pytest

from evomerge.ledger import Cost, Place, State
from evomerge.report.comparing.progress import (
    EqualSpending,
    Progress,
    Reached,
    SpentSoFar,
    at_equal_spending,
    progress_of,
)
from evomerge.report.history import PastCandidate, PastPart, RunHistory


def candidate(number, fitness, items=8, state=State.SCORED, cycle=0, violation=0.0):
    return PastCandidate(
        number,
        Place(cycle, 0, number),
        (0.5,),
        f"d{number}",
        "sample",
        (),
        0.0,
        state=state,
        fitness=fitness,
        violation=violation,
        items=items,
    )


def part(number, ended_s, items=8, split="search"):
    return PastPart(ended_s, f"d{number}", split, State.SCORED, "", "", Cost(), items)


def ended(*candidates):
    """A second after one another."""
    return {each.place: 1.0 + n for n, each in enumerate(candidates)}


def test_the_best_so_far_with_what_was_spent():
    each = [candidate(0, 0.5), candidate(1, 0.25), candidate(2, None, 0, State.FAILED)]
    each.append(candidate(3, 0.75))
    parts = (
        part(0, 0.5),
        part(1, 1.5, 4),
        part(1, 1.75, 4),
        part(3, 3.5),
        part(9, 0.1),
        part(0, 9.0),
    )
    parts += (part(0, 0.5, 99, "validation"),)
    progress = progress_of(RunHistory((), tuple(each), parts), ended(*each))

    assert progress.steps == (
        Reached(SpentSoFar(1, 8, 1.0), 0.5),
        Reached(SpentSoFar(2, 16, 2.0), 0.5),
        Reached(SpentSoFar(3, 16, 3.0), 0.5),
        Reached(SpentSoFar(4, 24, 4.0), 0.75),
    )
    assert [progress.best("items", n) for n in (7, 8, 23, 24, 99)] == [None, 0.5, 0.5, 0.75, 0.75]


def test_what_was_cut_early_random_or_below_a_floor_is_not_the_best():
    each = [
        candidate(0, 0.9, 4, State.PRUNED),
        candidate(1, 0.5, 8, State.PRUNED),
        candidate(2, 0.9, violation=0.1),
        candidate(3, 0.4),
        candidate(4, 1.0, cycle=-1),
    ]
    progress = progress_of(RunHistory((), tuple(each)), ended(*each))
    assert [step.fitness for step in progress.steps] == [None, 0.5, 0.5, 0.5]


def test_a_candidate_that_never_ended_is_not_counted():
    under_way = candidate(0, None, 0, None)
    assert progress_of(RunHistory((), (under_way,)), {}) == Progress()


def test_searches_stand_beside_each_other_where_as_much_was_spent():
    slow, fast = (
        Progress(
            tuple(Reached(SpentSoFar(n, 10 * n, step * n), best * n) for n in range(1, last + 1))
        )
        for last, step, best in ((10, 2.0, 0.01), (5, 0.5, 0.1))
    )
    table = at_equal_spending([slow, fast])

    assert [row.amount for row in table if row.measure == "evaluations"] == [1, 2, 3, 5]
    assert [row.amount for row in table if row.measure == "items"] == [12, 25, 37, 50]
    assert table[-1] == EqualSpending("seconds", 2.5, (0.01, 0.5))
    assert table[0].best == pytest.approx((0.01, 0.1))
    assert at_equal_spending([fast, Progress()]) == ()
