"""The recipe beside weights is the one that made them."""

import json
import re

import pytest

from evomerge.approval.proof import read_proof
from evomerge.approval.recipe_check import facts_of, recipe_damage
from tests.quarantined import quarantined


@pytest.fixture
def model(tmp_path):
    return quarantined(tmp_path) / "quarantine" / "winner"


def found(model):
    return [*recipe_damage(model, read_proof(model).recipe_digest)]


def test_digest_and_lineage_agree(model):
    assert found(model) == []
    assert [*recipe_damage(model, None)] == []
    assert facts_of(model)["verdict"] == "promoted"
    (model / "lineage.json").unlink()
    assert (found(model), facts_of(model)) == ([], {})


GENE = "merge_method: {gene: {choice: [linear, slerp]}}"


@pytest.mark.parametrize(
    "old, new, told",
    [
        ("weight: 0.5", "weight: 0.25", r"^recipe.yaml: has the digest .*, and proof.json names"),
        ("weight: 0.5", "weight: {gene: {low: 0, high: 1}}", r"^recipe.yaml: leaves .* open"),
        ("merge_method: linear", "merge_method: slerp", r"^recipe.yaml: has the digest"),
        ("merge_method: linear", GENE, "^recipe.yaml: leaves .* open"),
        ("merge_method: linear", "merge_method: [", r"recipe.yaml:\d+: "),
        ("merge_method: linear", "merge_method: best", "recipe.yaml:1.* unknown merge_method"),
        ("pins:", "pins: {}\nname:", "recipe.yaml"),
    ],
)
def test_another_recipe_is_told(model, old, new, told):
    text = (model / "recipe.yaml").read_text()
    assert old in text
    (model / "recipe.yaml").write_text(text.replace(old, new, 1))
    assert re.search(told, found(model)[0])


def test_an_adapter_that_the_recipe_names_must_be_there(model):
    text = (model / "recipe.yaml").read_text()
    parent = text.partition("- model: ")[2].partition("\n")[0]
    (model / "recipe.yaml").write_text(text.replace(parent, f"{parent}+./adapters/cycle-0"))
    assert found(model) == ["recipe.yaml: names ./adapters/cycle-0, which is not there"]
    (model / "adapters" / "cycle-0").mkdir(parents=True)
    assert found(model) == []


def test_another_pin_is_another_recipe_and_without_one_nothing_is_known(model):
    text = (model / "recipe.yaml").read_text()
    pin = text.partition("pins:")[2].strip()[-64:]
    (model / "recipe.yaml").write_text(text.replace(pin, "a" * 64))
    assert len(found(model)) == 2  # the proof and the lineage name another one
    (model / "recipe.yaml").write_text(text.partition("pins:")[0])
    assert re.search("recipe.yaml: has no pin of /", found(model)[0])


def test_a_lineage_that_is_none(model):
    (model / "lineage.json").write_text(json.dumps({"metadata": []}))
    assert found(model) == [f"{model / 'lineage.json'}: is no lineage; get the folder again"]
