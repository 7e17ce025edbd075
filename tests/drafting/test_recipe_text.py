"""The text of a drafted recipe: it says what was chosen, and is read as that."""

from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evomerge.drafting.recipe_text import (
    DraftedBudget,
    DraftedRecipe,
    DraftedTerm,
    comment,
    written,
)
from evomerge.recipe import Genome, Splits, parse_recipe
from evomerge.search.algorithms import DEFAULT, kind_of

DRAFT = DraftedRecipe(
    base="./base",
    base_why="as they say",
    models=("./a", "base+adapter"),
    terms=(DraftedTerm("recipe_items/f.yaml", "exact_match", "numbers"),),
    splits=Splits(search=0.3, validation=0.2, test=0.5),
    splits_why="few",
    apply_chat_template=True,
    chat_template="auto",
    chats_why="all have one",
    budget=DraftedBudget(2, "4 genes", 80, 50.0, "timed"),
)
HOSTILE = "x'\": {{y}} # [a]\n- b\u2028\u202e\x1b[31m<script>"


def test_it_is_read_as_what_was_drafted():
    recipe = parse_recipe(DRAFT.text)
    evolve = recipe.evolve
    assert (recipe.base_model, recipe.chat_template) == (DRAFT.base, "auto")
    assert [entry.model for entry in recipe.models] == [*DRAFT.models]
    assert [gene.points for _, gene in Genome(recipe).genes] == [2, 2]
    assert {(gene.low, gene.high) for _, gene in Genome(recipe).genes} == {(0.0, 1.5)}
    assert (evolve.splits, evolve.apply_chat_template) == (DRAFT.splits, True)
    assert (evolve.budget.evaluations, evolve.budget.minutes) == (80, 50.0)
    assert kind_of(evolve.search) is DEFAULT
    assert (evolve.fitness[0].task, evolve.fitness[0].metric) == (
        "recipe_items/f.yaml",
        "exact_match",
    )
    assert evolve.aggregate == "raw"


def test_terms_on_different_scales_count_by_the_parents_range():
    long = DraftedTerm("recipe_items/g.yaml", "gold_logprob", "long", "Be brief.")
    evolve = parse_recipe(replace(DRAFT, terms=(*DRAFT.terms, long)).text).evolve
    assert evolve.aggregate == "range"
    assert [term.system for term in evolve.fitness] == [None, "Be brief."]
    assert parse_recipe(replace(DRAFT, terms=(long,)).text).evolve.aggregate == "raw"


@pytest.mark.parametrize("key", ["base_why", "splits_why", "chats_why"])
def test_no_reason_ends_its_comment(key):
    text = replace(DRAFT, **{key: HOSTILE}).text
    assert parse_recipe(text).plain() == parse_recipe(DRAFT.text).plain()
    assert "\x1b" not in text


def test_every_key_has_its_reason_before_it():
    lines = DRAFT.text.splitlines()
    for key in ("merge_method", "base_model", "models", "  splits", "  search", "  budget"):
        (at,) = [n for n, line in enumerate(lines) if line.startswith(f"{key}:")]
        assert lines[at - 1].lstrip().startswith("# "), key
    assert max(map(len, lines)) <= 100


@given(st.text() | st.sampled_from(["true", "null", "no", "zoo:base", "./a+./b", "1e5", "~"]))
def test_any_text_is_written_so_that_it_is_read_again(text):
    assert yaml.safe_load(f"a: {{b: {written(text)}, c: 1}}") == {"a": {"b": text, "c": 1}}


@given(st.text(), st.integers(0, 8))
def test_a_comment_is_nothing_but_comment(text, indent):
    lines = "\n".join(comment(text, indent))
    assert yaml.safe_load(f"{lines}\na: 1") == {"a": 1}
    assert lines.splitlines() == lines.split("\n")
