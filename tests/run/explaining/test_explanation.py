import math

from evomerge.run.explaining.explanation import Contribution, Effect, Explanation, FactorKind

SURE, NOISE = Effect(0.3, 0.05), Effect(-0.09, 0.03, 0.04)


def test_errors_of_items_and_of_drawn_orders_add_up():
    assert NOISE.error == math.hypot(0.03, 0.04)
    assert NOISE.is_noise
    assert not SURE.is_noise
    assert Effect(0.3, 0.01, math.nan).is_noise  # nobody knows


def test_a_parent_is_dead_where_nothing_that_was_measured_is_more_than_noise():
    def parent(**effects):
        return Contribution(FactorKind.PARENT, "a", **effects)

    assert parent(left_out=NOISE, shapley=NOISE).is_dead
    assert not parent(left_out=NOISE, shapley=SURE).is_dead
    assert not parent().is_dead
    dead = [parent(left_out=NOISE), Contribution(FactorKind.GENE, "g", left_out=NOISE)]
    assert Explanation(0.5, 1, 1, 2, 9, dead).dead == ["a"]
