import math

from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import State, Trial
from evomerge.search import Elite, Outcome
from evomerge.search.order import best_first, cautious, merit, ranks

values = st.floats(-100, 100).map(lambda value: round(value, 1))
outcomes = st.one_of(
    st.just(Outcome(failure="x")),
    st.builds(
        lambda value, violation, cut: Outcome((value,), violation=violation, cut=cut),
        values,
        st.sampled_from([0.0, 0.0, 0.25, 1.0]),
        st.booleans(),
    ),
)


def test_floors_come_before_races_and_races_before_fitness():
    """In this order, best first, whatever the sizes of the numbers."""
    ordered = [
        Outcome((0.2,)),
        Outcome((0.1,)),
        Outcome((0.9,), cut=True),
        Outcome((-5.0,), violation=0.1),
        Outcome((9.0,), violation=0.1, cut=True),
        Outcome((1e9,), violation=2.5),
        Outcome(failure="out of memory"),
    ]
    assert best_first(ordered[::-1]) == ordered
    assert ranks(ordered) == [*range(7)]


def test_what_violates_is_never_above_what_keeps_to_all_floors_in_another_generation():
    """A generation of violations only, and an earlier one that kept to all, however badly."""
    earlier, later = Outcome((-5.0,)), Outcome((0.9,), violation=1.5)
    assert merit(earlier) > merit(later)


def test_what_is_less_sure_counts_for_less_where_generations_are_compared():
    sure, lucky = Outcome((0.5,), (0.0,)), Outcome((0.7,), (0.3,))
    assert merit(lucky) > merit(sure)
    assert cautious(sure) > cautious(lucky) > cautious(Outcome((9.0,), (math.inf,)))
    assert cautious(Outcome((9.0,), (math.inf,))) > cautious(Outcome(failure="x"))
    assert cautious(sure) == merit(sure)
    assert cautious(lucky) > cautious(Outcome((9.0,), violation=0.1))


def test_of_equals_the_first_is_better():
    first, second = Elite("a", 1.0), Elite("b", 1.0)
    assert best_first([Elite("c", 0.0), first, second]) == [first, second, Elite("c", 0.0)]
    assert ranks([Elite("c", 0.0), first, second]) == [2, 0, 1]


def test_trials_outcomes_and_elites_are_compared_alike():
    trial = Trial("d", "search", {}, State.PRUNED, fitness=0.5, violation=0.1)
    outcome = Outcome((0.5,), violation=0.1, cut=True)
    assert merit(trial) == merit(outcome) == merit(Elite("d", 0.5, 0.1, cut=True))
    failed = Trial("d", "search", {}, State.FAILED, reason="x")
    assert merit(failed) == merit(Outcome(failure="x"))


@given(st.lists(outcomes, max_size=12))
def test_ranks_say_what_debs_rules_say_of_every_pair(some):
    numbered = [*enumerate(zip(some, ranks(some), strict=True))]
    for at, (one, rank) in numbered:
        for other_at, (other, second) in numbered:
            assert (rank < second) == _is_better(one, other, at < other_at)
    assert sorted(ranks(some)) == [*range(len(some))]


def _is_better(one, other, comes_first):
    if one.failure is not None or other.failure is not None:
        if one.failure == other.failure:
            return comes_first
        return one.failure is None
    if one.violation != other.violation:
        return one.violation < other.violation
    if one.cut != other.cut:
        return other.cut
    if one.fitness != other.fitness:
        return one.fitness > other.fitness
    return comes_first
