"""The licence that a recipe names for its offspring."""

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import digest, parse_recipe, run_digest

TEXT = "merge_method: linear\nmodels: [{model: a}, {model: b}]\n"
CHOSEN = TEXT + "license: {id: cc-by-4.0, why: ' the authors wrote to us '}\n"
CONTENT = {"a": "1", "b": "2"}


def test_a_licence_and_why():
    chosen = parse_recipe(CHOSEN).license
    assert (chosen.id, chosen.why) == ("cc-by-4.0", "the authors wrote to us")
    assert parse_recipe(TEXT).license is None


def test_it_changes_neither_weights_nor_search():
    plain, chosen = parse_recipe(TEXT), parse_recipe(CHOSEN)
    assert digest(chosen, CONTENT) == digest(plain, CONTENT)
    assert run_digest(chosen, CONTENT) == run_digest(plain, CONTENT)


@pytest.mark.parametrize(
    "said", ["mit", "{id: mit}", "{id: mit, why: ''}", "{why: x}", "{id: [mit], why: x}"]
)
def test_without_its_reason_it_is_none(said):
    with pytest.raises(RecipeError, match=r"<recipe>:3: .*license"):
        parse_recipe(f"{TEXT}license: {said}\n")


def test_a_stage_has_none_of_its_own():
    stage = "{merge_method: linear, models: [{model: a}], license: {id: mit, why: x}}"
    with pytest.raises(RecipeError, match="stage s can have no stages, evolve or license"):
        parse_recipe(f"{TEXT}stages: {{s: {stage}}}\n")
