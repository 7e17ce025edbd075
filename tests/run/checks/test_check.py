"""What a check brings to light, as values; how it is printed is in tests/cli."""

from dataclasses import FrozenInstanceError

import pytest

import evomerge
from evomerge.errors import RecipeError
from evomerge.recipe import Gene, parse_recipe
from evomerge.run.scoring import score_model
from evomerge.score.splits import Split
from tests.run.small import TEXT

PARAMETERS = 477_216
"""Of each model of the zoo, in float32."""


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    file = tmp_path_factory.mktemp("checked") / "small.yaml"
    file.write_text(TEXT + "  cycles: 2\n  random_search: true\n")
    made = evomerge.check(file)
    assert [path.name for path in file.parent.iterdir()] == ["small.yaml"]
    return made


def test_a_recipe_that_is_searched(checked):
    assert isinstance(checked, evomerge.Checked)
    assert [parent.name for parent in checked.parents] == [
        "zoo:base", "zoo:arithmetic", "zoo:largest",
    ]  # fmt: skip
    assert {(p.tensors, p.parameters, p.dtypes) for p in checked.parents} == {
        (38, PARAMETERS, ("float32",))
    }
    assert len({p.content_hash for p in checked.parents}) == 3
    assert [gene.place for gene in checked.genes] == [
        ("models", n, "parameters", "weight") for n in range(2)
    ]
    assert checked.genes[0].gene == Gene(low=0, high=1.5)
    assert checked.points == 2
    counts = {Split.SEARCH: 24, Split.VALIDATION: 16, Split.TEST: 60}
    assert [(t.name, t.metric, t.items, t.weight) for t in checked.tasks] == [
        ("zoo_arithmetic", "exact_match", counts, 1.0), ("zoo_largest", "acc", counts, 1.0),
    ]  # fmt: skip
    with pytest.raises(FrozenInstanceError):
        checked.points = 3


def test_what_it_takes(checked):
    space, cost = checked.space, checked.cost
    assert space.model == 4 * PARAMETERS
    assert space.parents == 3 * space.model
    assert space.disk == 3 * space.model  # the winner, and two elites that join the second cycle
    assert cost.candidate_flop == 2 * PARAMETERS * cost.candidate_tokens
    assert cost.parents_tokens == 4 * cost.candidate_tokens  # three parents and their average
    assert cost.last_race_tokens == 4 * cost.candidate_tokens
    assert (cost.raced, cost.random_search, cost.judged, cost.caution) == (True, True, False, "")


def test_a_budget_that_the_parents_use_up_is_told_with_its_line():
    recipe = parse_recipe(TEXT.replace("{evaluations: 10}", "{tokens: 100}"), "r.yaml")
    caution = evomerge.check(recipe).cost.caution
    assert caution.startswith("r.yaml:13: parents and their average may take up to ")
    assert caution.endswith("of a budget of 100: no candidate may be evaluated")


def test_a_gene_is_told_with_the_methods_that_take_it():
    method = "{gene: {choice: [task_arithmetic, ties]}}"
    text = TEXT.replace("merge_method: task_arithmetic", f"merge_method: {method}")
    text = text.replace("high: 1.5}}}}\n", "high: 1.5}}, density: {gene: {low: 0.1, high: 1}}}}\n")
    genes = evomerge.check(parse_recipe(text)).genes
    assert {gene.place[-1]: gene.methods for gene in genes} == {
        "merge_method": (), "weight": (), "density": ("ties",),
    }  # fmt: skip


def test_a_recipe_that_is_merged():
    text = TEXT[: TEXT.index("evolve:")].replace("{gene: {low: 0, high: 1.5}}", "0.5, density: 0.3")
    checked = evomerge.check(parse_recipe(text + "dtype: bfloat16\n"))
    assert (checked.genes, checked.tasks, checked.cost) == ((), (), None)
    assert checked.space.disk == checked.space.model == 2 * PARAMETERS
    assert [note for note in checked.notes if "density has no effect" in note]


def test_looks_at_its_sealed_items_are_told(tmp_path, checked):
    assert not [note for note in checked.notes if "looked at before" in note]
    recipe, registry = parse_recipe(TEXT), str(tmp_path / "registry")
    assert evomerge.check(recipe, registry=registry).notes == checked.notes
    score_model("zoo:french", recipe, "test", "cpu", unseal=True, registry=registry)
    notes = evomerge.check(recipe, registry=registry).notes
    (told,) = [note for note in notes if "looked at before" in note]
    assert told.startswith("caution: 120 of the sealed items have been looked at before")


def test_what_is_wrong_is_told_with_its_line():
    with pytest.raises(RecipeError, match=r"r\.yaml:4: .*weigth"):
        evomerge.check(parse_recipe(TEXT.replace("{weight:", "{weigth:", 1), "r.yaml"))
    without = TEXT.replace("{gene: {low: 0, high: 1.5}}", "1")
    with pytest.raises(RecipeError, match="no genes, so there is nothing to search for"):
        evomerge.check(parse_recipe(without))
