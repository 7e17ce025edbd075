from dataclasses import replace

import pytest
import torch

from evomerge.errors import ParentError
from evomerge.weights import open_parent
from evomerge.weights.parents.parent import Alignment
from evomerge.weights.vocabularies.alignment import Rows
from tests.tiny import tiny_tensors

NORM = "model.norm.weight"
EMBEDDING = "model.embed_tokens.weight"


def test_a_content_hash_is_of_the_weights_alone(make_model):
    one, same, other = (open_parent(make_model(n, s)) for n, s in (("a", 0), ("b", 0), ("c", 1)))
    assert one.content_hash == same.content_hash != other.content_hash


def test_values_that_are_not_finite_are_told_with_the_parents_name(make_model):
    name = make_model("broken", tensors={NORM: torch.full((8,), torch.nan)})
    with pytest.raises(ParentError, match=rf"^{name}: {NORM} has values that are not finite"):
        _ = open_parent(name).content_hash


def test_tensors_are_seen_under_another_models_names(make_model):
    parent = open_parent(make_model("a"))
    assert parent.named(tuple(parent.tensors.specs)) is parent
    theirs = tuple(name.removeprefix("model.") for name in parent.tensors.specs)
    named = parent.named(theirs)
    assert {*named.tensors.specs} == {*theirs}
    assert torch.equal(named.tensors.tensor("norm.weight"), tiny_tensors(0)[NORM])


def test_rows_that_a_parent_lacks_cannot_be_numbered_otherwise(make_model):
    parent = replace(open_parent(make_model("a")), lacking=frozenset({EMBEDDING}))
    rows = len(tiny_tensors(0)[EMBEDDING])
    alignment = Alignment(Rows(tuple(range(rows))), {}, parent.config, None, "")
    with pytest.raises(ParentError, match=f"it lacks {EMBEDDING}; take a model that has it"):
        parent.aligned(alignment)
