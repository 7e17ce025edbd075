from evomerge.merge.plan.ingredients import NONE, Ingredient, Ingredients
from evomerge.merge.plan.operation import Operation

A, B, BASE = (Ingredient(name, "norm.weight") for name in ("a", "b", "base"))
BOTH = Ingredients.of([A, B])


def test_an_operation_takes_its_inputs_and_the_base_last():
    assert Operation("norm.weight", BOTH, BASE, {}).ingredients == [A, B, BASE]
    assert Operation("norm.weight", BOTH, None, {}).ingredients == [A, B]
    assert Operation("norm.weight", NONE, BASE, {}).ingredients == [BASE]


def test_it_is_known_by_its_name_in_the_merge_that_a_path_runs_through():
    assert Operation("norm.weight", (A,), None, {}).key == "norm.weight"
    assert Operation("h.3.norm.weight", (A,), None, {}, 0.5, "h.0.norm.weight").key == (
        "h.0.norm.weight"
    )


def test_at_a_step_of_a_path_it_has_another_name_and_a_factor():
    merged = Operation("layers.3.norm.weight", BOTH, BASE, {"weight": (1, 2)})
    step = merged.routed("layers.0.norm.weight", 0.5)
    assert (step.name, step.key, step.factor) == ("layers.0.norm.weight", merged.name, 0.5)
    assert (step.inputs, step.base, step.settings) == (BOTH, BASE, merged.settings)
