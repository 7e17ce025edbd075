import pytest

from evomerge.search.candidate import Candidate
from evomerge.search.flight import Flight, check_count

ONE, TWO, OTHER = (Candidate(n, 0, n, (x,), "sample") for n, x in ((0, 0.1), (1, 0.2), (1, 0.3)))


def test_what_was_asked_for_is_in_flight_until_it_is_told_of():
    flight = Flight()
    flight.add([ONE, TWO])
    assert len(flight) == 2
    flight.remove(ONE)
    assert len(flight) == 1


@pytest.mark.parametrize("candidate", [ONE, OTHER])
def test_what_is_not_in_flight_is_refused(candidate):
    """Told of twice; or another genome under a number that was asked for."""
    flight = Flight()
    flight.add([ONE, TWO])
    flight.remove(ONE)
    with pytest.raises(ValueError, match=rf"candidate {candidate.number} .*in flight are \[1\]"):
        flight.remove(candidate)
    assert len(flight) == 1


@pytest.mark.parametrize("count", [0, -1])
def test_no_candidates_cannot_be_asked_for(count):
    check_count(1)
    with pytest.raises(ValueError, match=f"1 candidate or more, not {count}"):
        check_count(count)
