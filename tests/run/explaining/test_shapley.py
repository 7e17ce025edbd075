import math
from itertools import islice

import pytest

from evomerge.run.explaining.shapley import (
    coalitions,
    drawn_orders,
    every_order,
    is_every_order,
    shapley_value,
)

WORTH = (0.3, 0.0, -0.1, 0.2)


def additive(there):
    return sum(WORTH[n] for n in there)


def with_a_pair(there):
    """Factors 0 and 1 are worth something together alone, and 2 stands in for 3."""
    return 0.4 * ({0, 1} <= there) + 0.2 * bool({2, 3} & there)


def with_three(there):
    return 0.6 * ({0, 1, 2} <= there)


def values(rounds, value):
    return [shapley_value(n, rounds, value) for n in range(4)]


def test_an_additive_fitness_gives_each_its_own_worth_from_one_round():
    for rounds in ([every_order(4)], [next(drawn_orders(4, 0))]):
        found = [mean for mean, _ in values(rounds, additive)]
        assert found == pytest.approx(WORTH)


def test_all_sets_give_the_values_that_shapley_s_axioms_do():
    (found, errors) = zip(*values([every_order(4)], with_a_pair), strict=True)
    assert found == pytest.approx([0.2, 0.2, 0.1, 0.1])
    assert errors == (0.0,) * 4
    assert len(coalitions([every_order(4)])) == 16


def test_shares_of_a_round_are_one_for_each_factor():
    for steps in (every_order(5), next(drawn_orders(5, 3))):
        for factor in range(5):
            shares = [step.share for step in steps if step.factor == factor]
            assert math.fsum(shares) == pytest.approx(1.0)


def test_drawn_orders_come_near_with_the_error_that_they_say():
    truth = [0.2, 0.2, 0.2, 0.0]
    off = []
    for seed in range(60):
        rounds = [*islice(drawn_orders(4, seed), 24)]
        found = values(rounds, with_three)
        assert sum(mean for mean, _ in found) == pytest.approx(0.6)
        off += [(mean - t) / error for (mean, error), t in zip(found[:3], truth[:3], strict=True)]
        assert found[3] == (0.0, 0.0)
    spread = math.sqrt(sum(z * z for z in off) / len(off))
    assert 0.8 < spread < 1.25  # 1 and some, of Student's t with 23 degrees of freedom


def test_what_two_factors_do_together_is_found_by_any_order_and_its_reverse():
    for seed in range(5):
        found = values([next(drawn_orders(4, seed))], with_a_pair)
        assert [mean for mean, _ in found] == pytest.approx([0.2, 0.2, 0.1, 0.1])


def test_one_drawn_round_does_not_know_its_error():
    _, error = shapley_value(0, [next(drawn_orders(4, 0))], with_a_pair)
    assert math.isnan(error)


def test_an_order_is_followed_by_its_reverse_and_the_seed_decides():
    first, again = (next(drawn_orders(6, 1)) for _ in range(2))
    order = [step.factor for step in first]
    assert order[:6] == order[:5:-1]
    assert first == again != next(drawn_orders(6, 2))


@pytest.mark.parametrize("count", [1, 2])
def test_so_few_factors_have_no_other_orders(count):
    assert is_every_order(next(drawn_orders(count, 0)))
    assert is_every_order(every_order(count))
    assert not is_every_order(next(drawn_orders(3, 0)))
