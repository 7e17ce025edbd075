"""Attempts at jobs, by key."""

from evomerge.workers.attempt import Attempt, without


def test_one_is_taken_out_and_the_others_stay():
    attempts = {1: Attempt(3), 2: Attempt(4, asked=False)}
    assert without(attempts, 1) == {2: Attempt(4, asked=False)}
    assert without(attempts, 7) == attempts
    assert len(attempts) == 2
