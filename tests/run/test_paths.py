"""Searches for the layers of an offspring: the live path is what is saved, resumed and released."""

import json
import subprocess
import sys

import pytest

from evomerge import evolve, resume
from evomerge.ledger import Ledger
from evomerge.merge.merging import merge
from evomerge.recipe import load_recipe, parse_recipe, recipe_from
from tests.run.small import TEXT

EVOLVE = TEXT[TEXT.index("evolve:") :].replace("evaluations: 10", "evaluations: 12")
SLICES = """\
slices:
  - sources: [{model: zoo:arithmetic, layer_range: [0, 4]}]
  - sources: [{model: zoo:largest, layer_range: [0, 4]}]
"""
PATHS = f"""\
merge_method: passthrough
{SLICES}path: {{gene: {{repeats: 2, scale: {{low: 0.5, high: 1.5}}}}}}
{EVOLVE}"""
RANGES = f"""\
merge_method: passthrough
slices:
  - sources: [{{model: zoo:arithmetic, layer_range: [0, {{gene: {{choice: [3, 4]}}}}]}}]
  - sources: [{{model: zoo:largest, layer_range: [{{gene: {{choice: [2, 3]}}}}, 4]}}]
{EVOLVE}"""
ASKED = """
import json, sys, torch
from transformers import AutoModelForCausalLM, AutoTokenizer
model = AutoModelForCausalLM.from_pretrained(sys.argv[1])
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
asked = tokenizer("3 + 4 in digits =", return_tensors="pt")
said = model.generate(**asked, max_new_tokens=5, do_sample=False)
ours = [name for name in sys.modules if name.startswith("evomerge")]
print(json.dumps([model.config.num_hidden_layers, tokenizer.decode(said[0]), ours]))
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that nothing interrupted."""
    return evolve(parse_recipe(PATHS), tmp_path_factory.mktemp("runs") / "whole")


def paths_of(folder):
    with Ledger(folder) as ledger:
        made = [recipe_from(trial.recipe) for trial in ledger.trials() if trial.place]
    return [recipe.path for recipe in made]


def test_paths_of_many_depths_are_tried(finished):
    paths = paths_of(finished.folder)
    assert len({len(path) for path in paths}) > 2
    assert any(len({step.layer for step in path}) < len(path) for path in paths)
    assert any(step.scale != 1 for path in paths for step in path)


def test_the_winner_is_made_again_of_its_recipe(finished, tmp_path):
    recipe = load_recipe(finished.winner / "recipe.yaml")
    assert isinstance(recipe.path, tuple)
    assert merge(recipe, tmp_path / "again") == finished.weights_sha256


def test_the_winner_is_a_stock_model(finished):
    """Loaded by a process that imports nothing of evomerge."""
    done = subprocess.run(
        [sys.executable, "-c", ASKED, finished.winner], capture_output=True, text=True, check=True
    )
    layers, text, ours = json.loads(done.stdout)
    assert layers == len(load_recipe(finished.winner / "recipe.yaml").path)
    assert text.startswith("3 + 4 in digits =")
    assert ours == []


def test_a_killed_run_ends_in_the_same_winner(finished, tmp_path):
    recipe, folder = tmp_path / "r.yaml", tmp_path / "killed"
    recipe.write_text(PATHS)
    code = "from evomerge.cli.main import app; app()"
    command = [sys.executable, "-c", code, "run", recipe, "--run-dir", folder]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while "searching:" not in (process.stderr.readline() or "searching:"):
        pass
    process.kill()
    process.wait()
    resumed = resume(folder)
    assert resumed.weights_sha256 == finished.weights_sha256
    assert resumed.verdict == finished.verdict
    assert paths_of(folder) == paths_of(finished.folder)


def test_where_slices_begin_and_end_is_searched(tmp_path):
    run = evolve(parse_recipe(RANGES), tmp_path / "run")
    recipe = load_recipe(run.winner / "recipe.yaml")
    assert merge(recipe, tmp_path / "again") == run.weights_sha256
    with Ledger(run.folder) as ledger:
        made = [recipe_from(trial.recipe) for trial in ledger.trials() if trial.place]
    assert len({tuple(part.sources[0].layer_range for part in r.slices) for r in made}) > 1
