import pytest

from evomerge.errors import ParentError
from evomerge.merge.plan.layers import by_layer, check_order, kinds_of
from evomerge.merge.plan.stacks import Stack

STACK = Stack("h", 3, (("num_layers",),))
ALIKE = ["wte", "h.0.a", "h.0.b", "h.1.a", "h.1.b", "h.2.a", "h.2.b", "norm"]
MIXED = ["wte", "h.0.a", "h.1.a", "h.1.moe", "h.2.a"]


def test_tensors_are_told_apart_by_their_layer():
    outside, inside = by_layer(ALIKE, STACK)
    assert outside == ["wte", "norm"]
    assert inside == [["h.0.a", "h.0.b"], ["h.1.a", "h.1.b"], ["h.2.a", "h.2.b"]]
    assert kinds_of(STACK, inside) == [frozenset({"h.0.a", "h.0.b"})] * 3


def test_what_the_first_layer_has_for_all_stands_outside():
    outside, inside = by_layer([*ALIKE, "h.0.positions"], STACK)
    assert outside == ["wte", "norm", "h.0.positions"]
    assert inside[0] == ["h.0.a", "h.0.b"]


def check(names, order, config, stack=STACK, lists=False):
    check_order(stack, kinds_of(stack, by_layer(names, stack)[1]), order, config, lists=lists)


def test_layers_of_one_kind_stand_in_any_order():
    order = [2, 0, 0, 1]
    check(ALIKE, order, {"num_layers": 3})
    with pytest.raises(ParentError, match="layers of h differ"):
        check(MIXED, order, {"num_layers": 3})


def test_layers_of_two_kinds_only_where_config_lists_them():
    check(MIXED, [0, 1, 2], {"num_layers": 3})
    check(MIXED, [2, 1, 0], {"num_layers": 3})
    with pytest.raises(ParentError, match="layer 1 cannot become layer 0: layers of h differ"):
        check(MIXED, [1, 0], {"num_layers": 3})
    check(MIXED, [1, 0], {"num_layers": 3, "layer_kinds": ["plain", "moe", "plain"]})


def test_another_number_must_be_said_somewhere():
    nowhere = Stack("h", 3)
    with pytest.raises(ParentError, match="does not say how many layers h has"):
        check(ALIKE, [0, 1], {}, nowhere)
    check(ALIKE, [0, 1], {}, nowhere, lists=True)
    check(ALIKE, [0, 1, 2], {}, nowhere)
