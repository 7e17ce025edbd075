"""The time at which answers are judged a second time."""

import time
from datetime import UTC, date, datetime

from evomerge.score.judges.afresh.clock import BACK, Clock


def test_the_clock_is_another_and_goes_on_and_is_put_back():
    real = time.time()
    with Clock() as clock:
        seen = [
            (time.time(), date.today(), datetime.now(UTC).hour) for _ in clock.between("x" * 60)
        ]
        assert time.localtime().tm_year != time.gmtime(real).tm_year
    times = [one for one, _, _ in seen]
    assert times == sorted(times)
    assert abs(times[0] - real) > BACK.total_seconds() / 2
    assert {day.weekday() for _, day, _ in seen} == set(range(7))
    assert len({hour for _, _, hour in seen}) > 12
    assert 0 <= time.time() - real < 3600


def test_steps_are_always_the_same():
    passed = []
    for _ in range(2):
        with Clock() as clock:
            passed.append([clock.passed_s for _ in clock.between(range(9))])
    assert passed[0] == passed[1]
