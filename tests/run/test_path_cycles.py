"""Cycles of searches for layers: elites are layers of the next one, and the release names roots."""

import os
import signal
from pathlib import Path

import pytest

from evomerge import evolve, promote_finalist, resume, status
from evomerge.errors import RecipeError, Stopped
from evomerge.ledger import CycleJudged, Ledger, Trial
from evomerge.merge.merging import merge
from evomerge.recipe import load_recipe, parse_recipe, recipe_from
from evomerge.report.reader import view_of
from evomerge.report.winner import model_folder
from evomerge.run.preparation.starting.winners import earlier_winner
from tests.run.small import TEXT
from tests.run.test_commands import history

EVOLVE = f"""\
dtype: float32
{TEXT[TEXT.index("evolve:") : TEXT.index("  fitness:")]}\
  fitness: [{{task: zoo_largest, metric: gold_logprob}}]
  splits: {{search: 24, validation: 16, test: 60}}
  search: {{population: 4}}
  budget: {{evaluations: 16}}
  elites: 2
  cycles: 2
"""
LAYERS = f"""\
merge_method: passthrough
slices:
  - sources: [{{model: zoo:base, layer_range: [0, 4]}}]
  - sources: [{{model: zoo:french, layer_range: [0, 4]}}]
path: {{gene: {{scale: {{low: 0.5, high: 1.5}}}}}}
{EVOLVE}"""
MIXED = f"""\
merge_method: linear
slices:
  - sources:
      - model: zoo:base
        layer_range: [0, 4]
        parameters: {{weight: {{gene: {{low: 0.5, high: 1.0, points: 2}}}}}}
      - {{model: zoo:french, layer_range: [0, 4], parameters: {{weight: 0.5}}}}
path: {{gene: {{scale: {{low: 0.5, high: 1.5}}}}}}
{EVOLVE}"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that nothing interrupted, beside where it is begun again."""
    folder = tmp_path_factory.mktemp("runs")
    evolve(parse_recipe(LAYERS), folder / "run")
    # The elites' folders are in the recipes, so other runs must stand where this one stood.
    return (folder / "run").rename(folder / "first")


def found(folder):
    """The trials of each cycle, and what was judged."""
    with Ledger(folder) as ledger:
        trials = [trial for trial in ledger.trials() if trial.place is not None]
        return trials, ledger.all_of(CycleJudged)


def test_elites_are_layers_of_the_next_search(finished):
    trials, judged = found(finished)
    assert judged[0].gains
    assert all(one.stacks and sum(one.stacks) <= 8 for one in judged)
    recipes = {n: [recipe_from(t.recipe) for t in trials if t.place.cycle == n] for n in (0, 1)}
    elites = sorted(path.name for path in (finished / "elites").iterdir())
    assert len(elites) == len(judged[0].stacks)
    for recipe in recipes[1]:
        firsts = [part.sources[0] for part in recipe.slices]
        joined = [Path(one.model).name for one in firsts[: len(elites)]]
        assert sorted(joined) == elites
        assert [len(one.layers) for one in firsts[: len(elites)]] == [*judged[0].stacks]
        assert [one.model for one in firsts[len(elites) :]] == ["zoo:base", "zoo:french"]
    paths = [{step.layer for step in recipe.path} for recipe in recipes[1]]
    layers = judged[0].stacks[0]
    assert any(min(path) < layers <= max(path) for path in paths), "an elite's layers and others'"


def test_a_later_release_names_roots_and_is_made_again(finished, tmp_path):
    """The winner is of the second cycle, so its recipe has a stage with a path of its own."""
    file = model_folder(finished, view_of(finished)) / "recipe.yaml"
    recipe = load_recipe(file)
    assert {*recipe.roots} == {"zoo:base", "zoo:french"}
    assert all(isinstance(stage.path, tuple) for stage in recipe.stages.values())
    assert recipe.stages
    assert str(finished.parent) not in file.read_text()
    assert merge(recipe, tmp_path / "again") == status(finished)["weights_sha256"]
    edited = recipe.plain()
    stage = next(iter(edited["stages"].values()))
    stage["path"][-1]["layer"] = 0
    with pytest.raises(Exception, match="has changed"):
        merge(recipe_from(edited), tmp_path / "other")


def test_what_cycles_came_to_is_shown(finished):
    _, judged = found(finished)
    told = [one["stacks"] for one in status(finished)["cycles"]]
    assert told == [one.stacks for one in judged]
    card = (model_folder(finished, view_of(finished)) / "README.md").read_text()
    assert f"those that can join another path have {judged[0].stacks[0]}" in card
    assert view_of(finished).judged == tuple(judged)


@pytest.mark.parametrize("at", [CycleJudged, Trial])
def test_a_run_that_is_stopped_between_cycles_ends_in_the_same_winner(finished, at):
    """Before the elites are written, and when they are asked of."""

    def stop(record):
        what = record.what
        if isinstance(what, at) and (at is CycleJudged or (what.place and what.place.cycle == 1)):
            os.kill(os.getpid(), signal.SIGTERM)

    run = finished.parent / "run"
    with pytest.raises(Stopped):
        evolve(parse_recipe(LAYERS), run, watch=stop)
    assert resume(run).weights_sha256 == status(finished)["weights_sha256"]
    assert history(run) == history(finished)
    run.rename(run.with_name(f"stopped-{at.__name__}"))


def test_a_later_winner_is_no_start_for_the_first_cycle(finished, tmp_path):
    lines = LAYERS.replace("evolve:\n", f"evolve:\n  start_from: {finished}\n")
    (tmp_path / "r.yaml").write_text(lines)
    with pytest.raises(RecipeError, match=r"r.yaml:8: start_from .*elites of an earlier cycle"):
        earlier_winner(load_recipe(tmp_path / "r.yaml"), str(finished))


def test_weights_and_layers_go_on_together(tmp_path):
    run = evolve(parse_recipe(MIXED.replace("seed: 3", "seed: 2")), tmp_path / "run")
    trials, judged = found(run.folder)
    assert judged[0].gains
    later = [recipe_from(trial.recipe) for trial in trials if trial.place.cycle == 1]
    weights = {recipe.slices[-1].sources[0].parameters["weight"] for recipe in later if recipe.path}
    assert len(weights) > 1
    recipe = load_recipe(run.winner / "recipe.yaml")
    assert {*recipe.roots} == {"zoo:base", "zoo:french"}
    assert merge(recipe, tmp_path / "again") == run.weights_sha256
    promoted = promote_finalist(run.folder, 1)
    assert promoted.winner.is_dir()
