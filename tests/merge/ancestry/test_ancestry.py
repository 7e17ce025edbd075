"""All models that a recipe draws on are asked what they say."""

import pytest

from evomerge.merge.ancestry.ancestry import NO_ANCESTRY, Ancestry, ancestry_of, model_parts
from evomerge.recipe import recipe_from
from evomerge.weights.parents.card import ParentCard


@pytest.fixture
def folder(tmp_path):
    def make(name, head=""):
        (tmp_path / name).mkdir()
        (tmp_path / name / "README.md").write_text(f"---\n{head}\n---\n")
        return str(tmp_path / name)

    return make


def test_base_models_adapters_stages_and_whose_tokenizer_it_is(folder):
    base, adapter = folder("base", "license: mit"), folder("adapter", "license: gpl-3.0")
    other, words = folder("other", "language: fr"), folder("words", "language: [en, fr]")
    stage = {"merge_method": "linear", "models": [{"model": base}, {"model": other}]}
    recipe = recipe_from(
        {
            "merge_method": "linear",
            "models": [{"model": f"{base}+{adapter}"}, {"model": "stage:one"}],
            "tokenizer_source": words,
            "stages": {"one": stage},
        }
    )
    ancestry = ancestry_of(recipe)
    assert [card.name for card in ancestry.cards] == [base, other, adapter, words]
    assert [one.id for one in ancestry.combined.licences] == ["gpl-3.0", "mit"]
    assert ancestry.languages == ("fr", "en")
    assert ancestry.chosen is None
    (mit,) = ancestry.cards[0].licences
    assert ancestry.under(mit) == (base,)


def test_a_purpose_that_all_share():
    def cards(*purposes):
        return Ancestry(tuple(ParentCard("m", pipeline=one) for one in purposes)).pipeline

    assert cards("text-generation", "", "text-generation") == "text-generation"
    assert cards("text-generation", "fill-mask") == ""
    assert NO_ANCESTRY.pipeline == ""


def test_the_parts_of_a_name(folder):
    assert model_parts("org/base+org/adapter@1") == ["org/base", "org/adapter@1"]
    with_sign = folder("a+b")
    assert model_parts(with_sign) == [with_sign]
    assert model_parts("+") == []
