from evomerge.merge.plan.ingredients import NONE, Ingredient, Ingredients

A, B = Ingredient("a", "layers.0.w"), Ingredient("b", "layers.7.w")


def test_they_are_a_sequence_of_tensors_of_parents():
    both = Ingredients.of([A, B])
    assert ([*both], len(both), both[1], [*both[1:]]) == ([A, B], 2, B, [B])
    assert (both.parents, both.tensors) == (("a", "b"), ("layers.0.w", "layers.7.w"))
    assert not NONE


def test_those_of_one_name_are_the_same_however_they_are_given():
    one = Ingredients.of_one_name(("a", "b"), "norm")
    assert one == Ingredients.of([Ingredient("a", "norm"), Ingredient("b", "norm")])
    assert (one.name, Ingredients.of([A, B]).name, NONE.name) == ("norm", None, None)


def test_another_order_is_another_list_of_the_same():
    assert [*Ingredients.of([A, B]).ordered((1, 0))] == [B, A]
    turned = Ingredients.of_one_name(("a", "b", "c"), "norm").ordered((2, 0, 1))
    assert turned == Ingredients.of_one_name(("c", "a", "b"), "norm")
