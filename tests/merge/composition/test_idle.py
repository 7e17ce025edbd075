"""Genes without effect are found by what they do, and no others."""

from pathlib import Path

import pytest
import torch

from evomerge.merge.composition.idle import idle_genes
from evomerge.merge.making.blend import Blender
from evomerge.merge.parents import open_parents
from evomerge.merge.plan.plan import make_plan
from evomerge.recipe import Genome, load_recipe, parse_recipe
from tests.merge.composition.idle_cases import GENE, models

SAME = "the offspring's weights are the same whatever its value"


@pytest.mark.parametrize("method", ["linear", "ties", "dare_ties", "della", "multislerp"])
def test_the_weight_of_a_single_model_that_is_normalized(method):
    normalize = "normalize_weights" if method == "multislerp" else "normalize"
    more = {"method": method, "parameters": f"{{{normalize}: true}}"}
    density = ", density: 0.5" if method in ("ties", "dare_ties", "della") else ""
    single = (("french", f"weight: {GENE}{density}"),)
    assert models(*single, **more) == [("r.yaml:5: models.0.parameters.weight", SAME)]
    more["parameters"] = f"{{{normalize}: false}}"
    assert models(*single, **more) == []


def test_parts_that_nobody_reads_to_the_end_leave_gradients_on():
    """Two tensors are looked at side by side, as far as they are alike."""
    recipe = parse_recipe("merge_method: linear\nmodels: [{model: zoo:french}, {model: zoo:base}]")
    parents = open_parents(recipe)
    plan = make_plan(recipe, parents)
    blender = Blender(recipe, plan, parents, torch.device("cpu"))
    first, second = (blender.parts(operation) for operation in plan.operations[:2])
    for parts in (first, second):
        assert torch.isfinite(next(parts)).all()
        assert torch.is_grad_enabled()
    del first, second, parts
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()


def test_choices_that_come_to_the_same():
    half = (("french", "weight: 0.5"), ("arithmetic", "weight: 0.5"))
    flag = "{gene: {choice: [true, false]}}"
    assert models(*half, method="linear", base="", parameters=f"{{normalize: {flag}}}")
    assert models(*half, method="{gene: {choice: [task_arithmetic, dare_linear]}}")
    assert not models(*half, method="{gene: {choice: [task_arithmetic, ties]}}")
    (gene,) = models(("french", "weight: {gene: {choice: [0.5]}}"))
    assert gene[1] == "it has one value"


def test_a_gene_of_one_method_among_several_has_an_effect_there():
    density = "density: {gene: {low: 0.1, high: 1.0}}"
    pair = (("french", density), ("arithmetic", ""))
    assert models(*pair, method="{gene: {choice: [task_arithmetic, ties]}}") == []


def test_points_of_a_gradient_between_which_no_layer_stands():
    eight = "weight: {gene: {low: 0, high: 1, points: 8}}"
    ((name, why),) = models(("french", eight))
    recipe = parse_recipe(
        f"merge_method: linear\nmodels:\n  - {{model: zoo:french, parameters: {{{eight}}}}}"
    )
    layers = open_parents(recipe)["zoo:french"].config["num_hidden_layers"]
    used = {0} | {
        point
        for layer in range(layers)
        for at in [layer / (layers - 1) * 7]
        for point in range(8)
        if abs(point - at) < 1
    }
    assert name.endswith(f"weight{[n for n in range(8) if n not in used]}")
    assert "points" in why


def test_no_recipe_that_ships_has_one():
    for path in sorted(Path("recipes").glob("*.yaml")):
        recipe = load_recipe(path)
        if len(Genome(recipe)) and all(name.startswith("zoo:") for name in recipe.parent_names):
            assert idle_genes(recipe, open_parents(recipe)) == [], path


def test_words_of_a_formula_that_is_searched_for_are_not_tried():
    """Nor others: some formula may need them."""
    text = (
        "merge_method:\n  formula: {gene: {words: 6, start: b + sum(d)}}\n  names: {w: 1}\n"
        f"base_model: zoo:base\nmodels: [{{model: zoo:french, parameters: {{w: {GENE}}}}}]"
    )
    recipe = parse_recipe(text)
    assert idle_genes(recipe, open_parents(recipe)) == []


def test_a_parameter_that_no_chosen_formula_has_is_told():
    text = (
        "merge_method:\n  formula: b + sum(d)\n  names: {w: 1}\n"
        f"base_model: zoo:base\nmodels: [{{model: zoo:french, parameters: {{w: {GENE}}}}}]"
    )
    recipe = parse_recipe(text)
    (idle,) = idle_genes(recipe, open_parents(recipe))
    assert (idle.name, idle.why) == ("models.0.parameters.w", SAME)
