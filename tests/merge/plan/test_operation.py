from evomerge.merge.plan.drafts import Ingredient
from evomerge.merge.plan.operation import Operation

A, B, BASE = (Ingredient(name, "norm.weight", ()) for name in ("a", "b", "base"))


def test_an_operation_takes_its_inputs_and_the_base_last():
    assert Operation("norm.weight", (A, B), BASE, {}).ingredients == [A, B, BASE]
    assert Operation("norm.weight", (A, B), None, {}).ingredients == [A, B]
    assert Operation("norm.weight", (), BASE, {}).ingredients == [BASE]


def test_it_is_known_by_its_name_in_the_merge_that_a_path_runs_through():
    assert Operation("norm.weight", (A,), None, {}).key == "norm.weight"
    assert Operation("h.3.norm.weight", (A,), None, {}, 0.5, "h.0.norm.weight").key == (
        "h.0.norm.weight"
    )
