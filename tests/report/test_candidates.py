from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import Place, State, Trial
from evomerge.report.candidates import Candidates
from tests.report.history import trial


def taken(trials):
    candidates = Candidates()
    for each in trials:
        candidates.take(each)
    return candidates


TRIALS = st.builds(
    lambda digest, state, fitness, violation, items, cycle, generation: Trial(
        digest,
        "search",
        {},
        state,
        fitness=fitness if state in (State.SCORED, State.PRUNED) else None,
        violation=violation,
        items=items,
        place=Place(cycle, generation, 0),
    ),
    st.sampled_from("vwxyz"),
    st.sampled_from(State),
    st.sampled_from([0.25, 0.5, 0.75]),
    st.sampled_from([0.0, 0.1]),
    st.integers(0, 4),
    st.integers(-1, 1),
    st.integers(0, 3),
)


@given(st.lists(TRIALS, max_size=12))
def test_it_is_what_the_whole_list_says(trials):
    """Each as it stands on most items, of these the latest: sorted out of the whole list."""
    searched = [t for t in trials if t.place.cycle >= 0]
    ordered = sorted(searched, key=lambda t: t.items)
    last = {(t.digest, t.state is State.CANCELLED): t for t in ordered}.values()
    found = taken(trials)
    assert found.counts == {**dict.fromkeys(State, 0), **Counter(t.state for t in last)}
    assert found.generation == max((t.place.generation for t in searched), default=None)
    assert found.cycle == max((t.place.cycle for t in searched), default=None)
    merits = [(-t.violation, t.fitness) for t in last if t.state is State.SCORED]
    best = found.best
    assert (best and (-best.violation, best.fitness)) == max(merits, default=None)
    if best is not None:
        assert any(t.digest == best.digest and t.fitness == best.fitness for t in last)


def test_of_equals_the_first_is_the_best():
    places = [Place(0, 0, n) for n in range(2)]
    found = taken([trial(d, "search", 0.5, p) for d, p in zip("xy", places, strict=True)])
    assert found.best.digest == "x"


def test_the_best_makes_way_when_it_is_worse_on_more_items():
    found = taken(
        [
            trial("x", "search", 0.9, Place(0, 0, 0), items=2),
            trial("y", "search", 0.6, Place(0, 0, 1), items=2),
            trial("x", "search", 0.5, Place(0, 0, 0), items=8),
        ]
    )
    assert (found.best.digest, found.place("x"), found.place("nobody")) == (
        "y",
        Place(0, 0, 0),
        None,
    )


def test_only_search_items_are_a_candidates():
    assert taken([trial("x", "validation", 0.9, Place(0, 0, 0))]).best is None
