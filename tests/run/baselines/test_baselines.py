"""The models that a winner is measured against."""

import pytest

from evomerge.errors import EvomergeError
from evomerge.ledger import UNIFORM, BaselinesNamed, Cost, Ledger, Role, Split, State
from evomerge.recipe import parse_recipe
from evomerge.run.baselines.baselines import Baselines, parent_recipes, uniform_recipe
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.weights import open_parent
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer
from tests.run.fakes import prepared
from tests.run.small import TEXT

NAMES = ("zoo:base", "zoo:arithmetic", "zoo:largest")


def test_each_parent_is_made_anew_in_the_offsprings_type():
    recipe = parse_recipe(TEXT.replace("merge_method", "dtype: bfloat16\nmerge_method"))
    found = parent_recipes(recipe)
    assert {model.name: model.role for model in found} == {
        "zoo:base": Role.BASE,
        "zoo:arithmetic": Role.PARENT,
        "zoo:largest": Role.PARENT,
    }
    for model, made in found.items():
        assert made.parent_names == (model.name,)
        assert (made.dtype, made.evolve) == ("bfloat16", None)


def test_the_average_is_of_what_the_method_adds_and_not_of_its_base():
    parents = {name: open_parent(name) for name in NAMES}
    made = uniform_recipe(parse_recipe(TEXT), parents)
    weights = [(entry.model, entry.parameters["weight"]) for entry in made.models]
    assert weights == [("zoo:arithmetic", 1.0), ("zoo:largest", 1.0)]
    alone = parse_recipe("merge_method: linear\nmodels: [{model: zoo:base}]\n")
    assert uniform_recipe(alone, parents) is None


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path, create=True) as opened:
        yield opened


@pytest.fixture
def made(ledger, monkeypatch):
    """The baselines of the fake recipe, whose parents need no files."""
    monkeypatch.setattr("evomerge.run.baselines.baselines.check_alike", lambda parents: None)
    ready = prepared()
    object.__setattr__(ready, "parents", {"A": None, "B": None})
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    return Baselines(ready, evaluations, ledger), evaluations, ready


def test_they_are_named_once_and_scored(made, ledger):
    baselines, evaluations, ready = made
    assert [model.label for model in baselines.models] == ["A", "B", "uniform"]
    Baselines(ready, evaluations, ledger)
    assert len(ledger.all_of(BaselinesNamed)) == 1
    assert baselines.models[UNIFORM].recipe.parent_names == ("A", "B")


def test_one_that_cannot_be_scored_ends_the_run_and_is_tried_again(made, ledger):
    baselines, evaluations, ready = made

    def fails(job):
        return Answer(job.key, State.FAILED, "out of memory", [], Cost(), "w", "")

    with pytest.raises(EvomergeError, match=r"A cannot be scored on the search items \(out of mem"):
        baselines.score(Split.SEARCH, FakeWorkers(fails))
    digest = next(iter(baselines.models.values())).digest
    assert evaluations.results(digest, Split.SEARCH).failure == "out of memory"
    Baselines(ready, evaluations, ledger)
    assert evaluations.results(digest, Split.SEARCH).failure is None
