"""Searches that are compared, by their numbers."""

from itertools import product

from evomerge.report.ending import RANDOM
from evomerge.run.cycle.arm import MOST_CYCLES, SEARCH, Arm


def test_no_two_cycles_of_a_run_have_one_number_or_name():
    arms = [SEARCH, *(Arm(name, place) for place, name in enumerate(("no_data", "human_only")))]
    numbers = [arm.number(nth) for arm, nth in product(arms, range(MOST_CYCLES))]
    assert len({*numbers, RANDOM}) == len(numbers) + 1
    assert numbers[:MOST_CYCLES] == [*range(MOST_CYCLES)]
    assert max(numbers[MOST_CYCLES:]) < RANDOM
    assert len({arm.name(nth) for arm, nth in product(arms, range(MOST_CYCLES))}) == len(numbers)
