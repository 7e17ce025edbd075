import pytest
import torch

from evomerge.errors import ParentError
from evomerge.merge.plan.catalogue import TensorCatalogue
from evomerge.merge.plan.ingredients import NONE, Ingredient, Ingredients
from evomerge.weights import Spec, open_parent
from tests.tiny import LAYERS, tiny_tensors

UP, NORM = "model.layers.0.mlp.up_proj.weight", "model.norm.weight"
DOWN = "model.layers.1.mlp.up_proj.weight"


def catalogue(*names):
    return TensorCatalogue({name: open_parent(name) for name in names})


def test_hashes_are_the_parents_own_and_asked_for_once(make_model, monkeypatch):
    a, b = make_model("a", 0), make_model("b", 1)
    known = catalogue(a, b)
    same, other = Ingredients.of_one_name((a, b), UP), [Ingredient(a, UP), Ingredient(b, DOWN)]
    digests = [known.parents[name].tensors.digest(UP) for name in (a, b)]
    for _ in range(2):
        assert known.digests(same) == digests
        assert known.digests(Ingredients.of(other)) == [*map(known.digest, other)]
        assert known.digest(same[1]) == digests[1]
        monkeypatch.setattr(type(known.parents[a].tensors), "digest", None)


def test_a_tensor_that_is_not_finite_is_told_every_time(make_model):
    a = make_model("a", 0, tensors={NORM: torch.full((8,), torch.nan)})
    known = catalogue(a)
    for _ in range(2):
        with pytest.raises(ParentError, match=f"^{a}: .*{NORM}"):
            known.digest(Ingredient(a, NORM))


@pytest.mark.parametrize(
    "types, result",
    [
        ((torch.float16, torch.float16), torch.float16),
        ((torch.float16, torch.bfloat16), torch.float32),
        ((torch.float32, torch.int64), torch.int64),
    ],
)
def test_tensors_promote_to_a_common_type(make_model, types, result):
    models = zip("ab", types, strict=True)
    a, b = (make_model(n, tensors={UP: torch.ones(12, 8, dtype=dtype)}) for n, dtype in models)
    known = catalogue(a, b)
    both = Ingredients.of_one_name((a, b), UP)
    assert known.spec(UP, both, None) == Spec((12, 8), result)
    assert known.spec(UP, both[:1], both[1]) == Spec((12, 8), result)
    assert known.spec(UP, NONE, both[0]) == Spec((12, 8), types[0])


def test_tensors_of_another_shape_or_of_none_are_told(make_model):
    a = make_model("a", 0)
    b = make_model("b", 1, tensors={UP: torch.zeros(3, 8)})
    both = Ingredients.of_one_name((a, b), UP)
    with pytest.raises(ParentError, match=rf"^new differs in shape: \[12, 8\] in {a}, \[3, 8\] in"):
        catalogue(a, b).spec("new", both, None)
    with pytest.raises(ParentError, match=f"^{b} has no tensor nowhere"):
        catalogue(a, b).spec("new", both[:1], Ingredient(b, "nowhere"))


def test_depths_go_from_the_first_layer_to_the_last(make_model):
    a = make_model("a", 0)
    known = catalogue(a)
    depths = known.depths(a)
    assert {*depths} == {*tiny_tensors(0)}
    assert (depths[NORM], depths[UP], depths[DOWN]) == (0, 0, 1 / (LAYERS - 1))
    assert known.stacks(a) is known.stacks(a)
