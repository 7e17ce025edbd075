"""Weights by what changes have in common, where that is known."""

import pytest
import torch

from evomerge.merge.parents import open_parents
from evomerge.recipe import Genome, parse_recipe
from evomerge.run.preparation.starting import similarity
from evomerge.run.preparation.starting.influence import Influence
from evomerge.run.preparation.starting.similarity import similarity_start
from tests.tiny import tiny_tensors, write_model

BASE = tiny_tensors(0)


def changed(*changes):
    """The base with changes added to it."""
    return {name: tensor + sum(c[name] for c in changes) for name, tensor in BASE.items()}


def half(first, size=0.1):
    """A change of one half of each tensor's elements."""
    change = {name: torch.zeros_like(tensor) for name, tensor in BASE.items()}
    for number, tensor in enumerate(change.values()):
        flat = tensor.view(-1)
        part = flat[: flat.numel() // 2] if first else flat[flat.numel() // 2 :]
        part += size * torch.randn(part.shape, generator=torch.Generator().manual_seed(number))
    return change


def found(folder, models, method="task_arithmetic", weight="{low: -3, high: 3}", base="base"):
    write_model(folder / "base", BASE)
    for name, tensors in models.items():
        write_model(folder / name, tensors)
    entries = "".join(
        f"- {{model: {folder}/{name}, parameters: {{weight: {{gene: {weight}}}}}}}\n"
        for name in models
    )
    recipe = parse_recipe(
        f"merge_method: {method}\nbase_model: {folder}/{base}\nmodels:\n{entries}"
    )
    genome, parents = Genome(recipe), open_parents(recipe)
    vector = similarity_start(Influence(genome, parents), parents, recipe.base_model)
    return genome.values(vector)


def test_changes_with_nothing_in_common_are_added(tmp_path):
    models = {"a": changed(half(True)), "b": changed(half(False, 0.4))}
    assert found(tmp_path, models) == pytest.approx([1, 1], abs=1e-3)


def test_equal_changes_are_averaged(tmp_path):
    models = {"a": changed(half(True)), "b": changed(half(True)), "c": changed(half(False))}
    assert found(tmp_path, models) == pytest.approx([0.5, 0.5, 1], abs=1e-3)


def test_one_that_holds_another_takes_its_place(tmp_path):
    """b is a and more: b alone holds both, and nothing is in it twice."""
    models = {"a": changed(half(True)), "b": changed(half(True), half(False))}
    assert found(tmp_path, models) == pytest.approx([0, 1], abs=1e-3)


def test_methods_without_a_base_count_changes_from_the_recipes(tmp_path):
    models = {"a": changed(half(True)), "b": changed(half(False))}
    assert found(tmp_path, models, method="linear") == pytest.approx([1, 1], abs=1e-3)


def test_points_see_the_layers_about_them(tmp_path):
    """Alike in the first layer, with nothing in common in the last."""
    first, second = half(True), half(False)
    mixed = {n: first[n] if "layers.0" in n else second[n] for n in BASE}
    models = {"a": changed(first), "b": changed(mixed)}
    weight = "{low: -3, high: 3, points: 3}"
    (a, b) = found(tmp_path, models, weight=weight)
    assert [a[0] + b[0], a[2], b[2]] == pytest.approx([1, 1, 1], abs=0.15)


def test_parts_do_not_matter(tmp_path, monkeypatch):
    models = {"a": tiny_tensors(1), "b": tiny_tensors(2)}
    whole = found(tmp_path / "whole", models)
    monkeypatch.setattr(similarity, "PART", 7)
    assert found(tmp_path / "parts", models) == whole
