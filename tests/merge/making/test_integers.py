import pytest
import torch

from evomerge.errors import ParentError
from evomerge.merge.making.integers import common
from evomerge.merge.plan.ingredients import Ingredients
from evomerge.merge.plan.operation import Operation
from evomerge.weights import open_parent


def operation(name, *parents):
    return Operation(name, Ingredients.of_one_name(parents, name), None, {})


def opened(make_model, name, **tensors):
    folder = make_model(name, tensors={key: torch.tensor(value) for key, value in tensors.items()})
    return folder, open_parent(folder)


def test_what_all_parents_have_is_taken_and_what_they_differ_in_refused(make_model):
    a, first = opened(make_model, "a", table=[1, 2], steps=[5])
    b, second = opened(make_model, "b", table=[1, 2], steps=[6])
    parents = {a: first, b: second}
    assert common(operation("table", a, b), parents, a).tolist() == [1, 2]
    with pytest.raises(ParentError, match=f"steps holds integers and differs between {b} and {a}"):
        common(operation("steps", a, b), parents, b)


def test_what_training_counts_is_the_templates(make_model):
    a, first = opened(make_model, "a", **{"bn.num_batches_tracked": 5})
    b, second = opened(make_model, "b", **{"bn.num_batches_tracked": 6})
    found = common(operation("bn.num_batches_tracked", a, b), {a: first, b: second}, b)
    assert found.item() == 6
