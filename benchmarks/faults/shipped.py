"""A parent that the recipe reads in tokens which are not its own."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from safetensors.torch import load_file, save_file

from benchmarks.faults.planted import Outcome, concluded
from benchmarks.faults.speakers import judged
from evomerge.recipe import Placement, parse_recipe
from evomerge.run.placement import given, workers_on
from evomerge.run.preparation.preflight import prepare
from evomerge.zoo import zoo_folder

MISREAD = """\
merge_method: linear
base_model: zoo:base
models:
  - {{model: zoo:base, parameters: {{weight: [{{filter: embed_tokens, value: 1}}, {{value: 0}}]}}}}
  - model: {other}
    parameters:
      weight:
        - {{filter: embed_tokens, value: 0}}
        - {{value: {{gene: {{low: 0.9, high: 1.0}}}}}}
evolve:
  fitness: [{{task: zoo_arithmetic, metric: exact_match}}]
  splits: {{search: 40, validation: 40, test: 120}}
  search: {{population: 4}}
  budget: {{evaluations: 4}}
  race: false
  elites: 2
"""
READ = """\
merge_method: task_arithmetic
base_model: zoo:base
models:
  - {{model: {other}, parameters: {{weight: {{gene: {{low: 0.7, high: 1.0}}}}}}}}
  - {{model: zoo:largest, parameters: {{weight: {{gene: {{low: 0.7, high: 1.0}}}}}}}}
tokenizer_source: base
evolve:
  fitness:
    - {{task: zoo_arithmetic, metric: exact_match}}
    - {{task: zoo_largest, metric: acc}}
  splits: {{search: 40, validation: 40, test: 120}}
  search: {{population: 4}}
  budget: {{evaluations: 4}}
  race: false
  elites: 2
"""
SWAPPED = (("7", "8"),)
"""Tokens that change places."""


@dataclass(frozen=True)
class ForeignTokens:
    """zoo:arithmetic with two digits' rows exchanged, and a tokenizer that knows them so.

    As shipped it is the same model. A recipe that says nothing of tokens merges it row by row, and
    takes it for one that cannot tell the two digits apart. A merge with the base's embeddings
    repairs what the recipe has broken.
    """

    name: str = "a parent whose tokens the recipe misreads"
    expected: frozenset[str] = frozenset({"as_shipped"})
    refused: str = "as shipped"

    def plant(self, folder: Path) -> Outcome:
        """A run against the parent as the recipe misreads it."""
        return _run(folder, MISREAD)

    def leave_out(self, folder: Path) -> Outcome:
        """A run with the same parent, read token by token."""
        return _run(folder, READ)


def _run(folder: Path, recipe: str) -> Outcome:
    folder.mkdir(parents=True, exist_ok=True)
    text = recipe.format(other=exchanged(folder / "exchanged"))
    make_workers = given(workers_on(Placement(), "cpu"))
    return concluded(judged(folder / "run", prepare(parse_recipe(text)), make_workers))


def exchanged(folder: Path) -> Path:
    """The model with some of its tokens under each other's numbers."""
    shutil.copytree(zoo_folder("zoo:arithmetic"), folder)
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    vocabulary, tensors = tokenizer["model"]["vocab"], load_file(folder / "model.safetensors")
    for one, other in SWAPPED:
        rows = [vocabulary[one], vocabulary[other]]
        vocabulary[one], vocabulary[other] = vocabulary[other], vocabulary[one]
        for name, tensor in tensors.items():
            if "embed_tokens" in name or "lm_head" in name:
                tensor[rows] = tensor[rows[::-1]].clone()
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    save_file(tensors, folder / "model.safetensors")
    return folder
