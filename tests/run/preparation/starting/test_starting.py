"""What `start_from` names: in its order, or refused with its line."""

import pytest
import torch

from evomerge import evolve, resume
from evomerge.errors import RecipeError
from evomerge.ledger import Asked, Ledger
from evomerge.merge.parents import open_parents
from evomerge.recipe import Genome, load_recipe, parse_recipe
from evomerge.run.preparation.starting.starting import starts_of
from tests.run.small import TEXT

SMALL = TEXT.replace("evaluations: 10", "evaluations: 4").replace("test: 60", "test: 20")


def with_starts(names, text=SMALL):
    return text.replace("evolve:\n", f"evolve:\n  start_from: {names}\n")


def starts(names, text=SMALL):
    recipe = parse_recipe(with_starts(names, text))
    genome = Genome(recipe)
    found = starts_of(recipe, open_parents(recipe), torch.device("cpu"))
    return [genome.values(vector) for vector in found]


def test_names_stand_for_genomes_in_their_order():
    average, first, second = starts("[uniform, parents]")
    assert average == pytest.approx([0.5, 0.5], abs=1e-5)
    assert [*first, *second] == pytest.approx([1, 0, 0, 1], abs=1e-5)
    assert starts("[parents, uniform]") == [first, second, average]
    assert starts("[]") == []


def test_the_zoos_specialists_have_little_in_common():
    ((first, second),) = starts("similarity")
    assert 0.5 < first < 1.5
    assert 0.5 < second < 1.5


@pytest.mark.parametrize(
    "names, text, wrong",
    [
        ("uniform", SMALL.replace("low: 0", "low: 0.75"), "uniform: no candidate of this recipe"),
        (
            "parents",
            SMALL.replace("low: 0, high: 1.5", "choice: [0.3]"),
            "parents: no candidate of this",
        ),
        ("similarity", SMALL.replace("low: 0, high: 1.5", "choice: [0.3]"), "no weight of a model"),
        (
            "similarity",
            SMALL.replace("base_model: zoo:base\n", "").replace("task_arithmetic", "linear"),
            "give base_model",
        ),
        ("fisher", SMALL, "needs texts"),
        ("similar", SMALL, "similar: not a run folder .*; by name there are uniform, parents"),
    ],
)
def test_what_it_cannot_begin_with_is_told_with_the_line(names, text, wrong):
    line = 1 + with_starts(names, text).split("start_from")[0].count("\n")
    with pytest.raises(RecipeError, match=rf"recipe>:{line}: start_from .*{wrong}"):
        starts(names, text)


def test_a_run_begins_there_and_is_resumed(tmp_path):
    """Of CMA-ES the first that is named is the mean of the first generation."""
    file = tmp_path / "recipe.yaml"
    file.write_text(with_starts("similarity").replace("population: 4", "sigma: 1.0e-5"))
    run = evolve(load_recipe(file), tmp_path / "run")
    (values,) = starts("similarity")
    with Ledger(run.folder) as ledger:
        asked = [one.genome for one in ledger.all_of(Asked)]
    genome = Genome(parse_recipe(SMALL))
    for vector in asked:
        assert genome.values(vector) == pytest.approx(values, abs=1e-3)
    assert resume(run.folder) == run
