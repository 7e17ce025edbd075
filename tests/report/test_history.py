from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import Cost, Place, State
from evomerge.report.history import History, PastCandidate, PastPart


def candidate(number, place, fitness):
    return PastCandidate(number, place, (0.5,), f"d{number}", "sample", (), 0.0, fitness=fitness)


def test_random_search_is_no_part_of_the_search():
    searched, drawn = (candidate(n, Place(n - 1, 0, 0), 0.5) for n in (1, 0))

    assert History(candidates=(drawn, searched)).searched == (searched,)


def test_what_has_no_fitness_is_in_no_generation():
    failed, scored = candidate(0, Place(0, 0, 0), None), candidate(1, Place(0, 1, 0), 0.25)

    (only,) = History(candidates=(failed, scored)).generations

    assert (only.number, only.cycle, only.generation, only.evaluations) == (0, 0, 1, 2)
    assert only.fitness == [0.25]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), unique=True))
def test_generations_are_counted_over_all_cycles(places):
    asked = [candidate(n, Place(*place, 0), 0.5) for n, place in enumerate(places)]

    generations = History(candidates=tuple(asked)).generations

    assert [g.number for g in generations] == [*range(len(places))]
    assert [(g.cycle, g.generation) for g in generations] == sorted(places)
    assert {c for g in generations for c in g.candidates} == {*asked}


def test_a_part_began_as_long_before_its_end_as_it_took():
    part = PastPart(5.0, "d", "search", State.SCORED, "", "w", Cost(0.5, 1.0, 0.25), 3)

    assert part.began_s == 3.25
    assert PastPart(1.0, "d", "search", State.SCORED, "", "w", Cost(2.0), 3).began_s == 0.0
