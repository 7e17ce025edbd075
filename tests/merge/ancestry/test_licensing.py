"""Licences in words: refused, chosen, told."""

import pytest

from evomerge.errors import RecipeError
from evomerge.licences.naming import licence_of
from evomerge.merge.ancestry.ancestry import Ancestry
from evomerge.merge.ancestry.licensing import (
    Stated,
    licence_demands,
    licence_doubts,
    licence_notes,
    require_licence,
    stated,
)
from evomerge.recipe import parse_recipe
from evomerge.recipe.licence import LicenceChoice
from evomerge.weights.parents.card import ParentCard

RECIPE = parse_recipe("name: Llama Both\nmerge_method: linear\nmodels: [{model: a}]", "r.yaml")
CHOICE = LicenceChoice(id="cc-by-4.0", why="both authors wrote to us")


def ancestry(chosen=None, **licences):
    cards = (
        ParentCard(f"/models/{name}", name, tuple(licence_of(one) for one in said.split()))
        for name, said in licences.items()
    )
    return Ancestry(tuple(cards), chosen)


LLAMA_AND_GEMMA = {"a": "llama3.1", "b": "gemma", "c": "gemma"}


def test_a_clash_is_refused_with_the_words_to_add():
    with pytest.raises(RecipeError) as caught:
        require_licence(RECIPE, ancestry(**LLAMA_AND_GEMMA))
    assert str(caught.value) == (
        "r.yaml:1: no licence allows this merge to be passed on: gemma (of b, c) and llama3.1 "
        "(of a) each demand that what is made of their models is given on under it. Leave one of "
        "the models out; or, if you know by what right, say in the recipe which licence holds and "
        "why: `license: {id: …, why: …}` (this is no legal advice)"
    )


def test_what_the_recipe_says_holds():
    chosen = ancestry(CHOICE, **LLAMA_AND_GEMMA)
    require_licence(RECIPE, chosen)
    assert stated(chosen) == Stated("cc-by-4.0")
    first, caution, *_ = licence_notes(RECIPE, chosen)
    assert first.startswith("licence: cc-by-4.0, as the recipe says (both authors wrote to us)")
    assert caution.startswith("caution: licence: gemma (of b, c) and llama3.1 (of a) each demand")


def test_the_strictest_is_told_with_all_of_them():
    notes = licence_notes(RECIPE, ancestry(a="apache-2.0", b="llama3.1", c="apache-2.0"))
    assert notes == [
        "licence: llama3.1, the strictest of the models' (apache-2.0 of a, c; llama3.1 of b); this "
        "is no legal advice",
        "licence: the model's name must begin with 'Llama'",
        "licence: 'Built with Llama' must be shown with the model",
    ]
    (caution,) = licence_notes(
        parse_recipe("name: x\nmerge_method: linear\nmodels: [{model: a}]"), ancestry(a="llama3.1")
    )[3:]
    assert caution == "caution: licence: the recipe's name is 'x'"


def test_what_is_not_known_is_told_and_refuses_nothing():
    found = ancestry(a="", b="", c="", d="", e="house-rules")
    require_licence(RECIPE, found)
    assert licence_doubts(found) == [
        "a, b, c and 1 more: none is said",
        "house-rules, of e: evomerge does not know its terms",
    ]
    assert stated(ancestry(a="")) == Stated()
    noted = Ancestry((ParentCard("m", note="its card cannot be read"),))
    assert licence_doubts(noted) == ["m: its card cannot be read"]


def test_how_the_hub_is_told():
    assert stated(ancestry(a="mit", b="apache-2.0")) == Stated("apache-2.0")
    link = licence_of("qwen").link
    assert stated(ancestry(a="qwen")) == Stated("other", "qwen", link)
    both = stated(ancestry(a="llama3.1", b="cc-by-nc-4.0"))
    assert both[:2] == ("other", "llama3.1-and-cc-by-nc-4.0")
    mine = LicenceChoice(id="My own, <b>", why="I may")
    assert stated(ancestry(mine, a="mit")) == Stated("other", "my-own-b", None)


def test_commerce_that_is_forbidden_is_told():
    assert licence_demands(ancestry(a="cc-by-nc-4.0")) == [
        "licence: the model may not be used in commerce"
    ]
