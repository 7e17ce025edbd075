"""Items a second, by records."""

from evomerge.ledger import ItemScore, Part, Record, RunStopped, SessionBegan, State
from evomerge.report.throughput import WINDOW_S, Throughput


def part(items):
    scores = [ItemScore("t", str(n), 0.5) for n in range(items)]
    return Part("x", "search", State.SCORED if items else State.FAILED, scores=scores)


def throughput(*facts):
    found = Throughput()
    for number, (active_s, what) in enumerate(facts):
        found.take(Record(number, 0.0, active_s, what))
    return found.items_per_s


def test_it_is_the_items_of_a_session_by_its_active_seconds():
    assert throughput() is None
    assert throughput((5.0, SessionBegan())) is None
    assert throughput((5.0, SessionBegan()), (7.0, part(3)), (9.0, part(5))) == 2.0
    assert throughput((5.0, SessionBegan()), (7.0, part(0)), (9.0, RunStopped("x"))) is None
    assert throughput((5.0, SessionBegan()), (5.0, part(3))) is None, "no time has gone by"


def test_an_earlier_session_says_nothing():
    earlier = (0.0, SessionBegan()), (1.0, part(100))
    assert throughput(*earlier, (2.0, SessionBegan())) is None
    assert throughput(*earlier, (2.0, SessionBegan()), (4.0, part(2))) == 1.0


def test_what_is_long_ago_is_forgotten():
    slow = [(0.0, SessionBegan()), (10.0, part(1))]
    fast = [(10.0 + second, part(20)) for second in range(1, 2 * int(WINDOW_S))]
    assert throughput(*slow, *fast) == 20.0
