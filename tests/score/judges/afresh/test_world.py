"""The order, the time and the chance by which answers are judged a second time."""

import random
import time
from datetime import UTC, date, datetime

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.judges.afresh.chance import other_chance
from evomerge.score.judges.afresh.clock import BACK, Clock
from evomerge.score.judges.afresh.order import reordered

KEYS = st.lists(st.tuples(st.just("t"), st.text(max_size=4)), unique=True, max_size=30)


@given(KEYS)
def test_an_order_is_another_one_and_a_whole_one(keys):
    order = reordered(keys)
    assert sorted(order) == list(range(len(keys)))
    assert len(keys) < 2 or order != list(range(len(keys)))
    assert reordered(keys) == order


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


def test_chance_is_another_the_same_each_time_and_is_put_back():
    def draw():
        return random.random(), float(np.random.rand()), float(torch.rand(()))

    random.seed(5), np.random.seed(5), torch.manual_seed(5)
    expected = [draw(), draw()]
    random.seed(5), np.random.seed(5), torch.manual_seed(5)
    first = draw()
    with other_chance():
        other = draw()
    with other_chance():
        assert draw() == other
    assert [first, draw()] == expected
    assert not set(other) & set(expected[0] + expected[1])
