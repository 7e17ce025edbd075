"""A recipe merged from disk to disk, one tensor in memory at a time for each core."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import torch
import yaml

from evomerge.cores import Cores
from evomerge.errors import RecipeError
from evomerge.merge.bank import main_dtype, template_of
from evomerge.merge.blend import Blender
from evomerge.merge.calibration import Calibration
from evomerge.merge.plan import make_plan
from evomerge.recipe import Recipe
from evomerge.recipe.names import pin
from evomerge.weights import (
    GENERATION_CONFIG,
    FolderWriter,
    Parent,
    offspring_config,
    tokenizer_files,
)

RECIPE_FILE = "recipe.yaml"


def write_offspring(
    recipe: Recipe,
    parents: Mapping[str, Parent],
    out: Path,
    *,
    cores: Cores,
    device: torch.device,
    describe: Callable[[Recipe, str], str],
) -> str:
    """Merge a recipe without genes into a model folder that loaders accept.

    Args:
        parents: the recipe's parents by name.
        out: the folder to make; it must not exist.
        describe: makes the model card (README.md) of the recipe as it is written into the
            folder, and the weights' sha256.

    Returns:
        The sha256 of the weights.

    Raises:
        UserError: `out` exists, or cannot be written.
    """
    plan = make_plan(recipe, parents)
    statistics = Calibration(parents, device).statistics(recipe, plan, cores)
    blender = Blender(recipe, plan, parents, device, statistics=statistics)
    specs = {operation.name: blender.spec(operation) for operation in plan.operations}
    template = parents[template_of(recipe)]
    dtype = str(main_dtype(specs)).removeprefix("torch.")
    with FolderWriter(out) as writer:
        files = writer.tensors(specs)
        cores.each(lambda op: files.write(op.name, blender.parts(op)), plan.operations)
        sha256 = files.finish()
        for file in tokenizer_files(tokenizer_parent(recipe, parents).folder):
            writer.copy(file)
        if (template.folder / GENERATION_CONFIG).is_file():
            writer.copy(template.folder / GENERATION_CONFIG)
        config = offspring_config(template.config, dtype, plan.layers)
        writer.write_text("config.json", json.dumps(config, indent=2) + "\n")
        final = pinned(recipe, parents)
        writer.write_text(RECIPE_FILE, to_yaml(final))
        writer.write_text("README.md", describe(final, sha256))
    return sha256


def tokenizer_parent(recipe: Recipe, parents: Mapping[str, Parent]) -> Parent:
    """The parent whose tokenizer files the offspring gets.

    Raises:
        RecipeError: `tokenizer_source` is neither "base" nor one of the parents, nor the "union"
            of tokenizers that are all the same.
    """
    source = recipe.tokenizer_source
    if source is not None and source in parents:
        return parents[source]
    if source in (None, "base") or (source == "union" and _same_tokenizers(parents.values())):
        return parents[template_of(recipe)]
    why = "the parents' tokenizers differ" if source == "union" else "there is no such parent"
    raise RecipeError(
        f"{recipe.at('tokenizer_source')}tokenizer_source {source!r}: {why}; "
        "name base or one of the parents"
    )


def _same_tokenizers(parents: Iterable[Parent]) -> bool:
    """Whether all parents' tokenizers are the same, file by file."""
    contents = {
        tuple((file.name, file.read_bytes()) for file in tokenizer_files(parent.folder))
        for parent in parents
    }
    return len(contents) == 1


def pinned(recipe: Recipe, parents: Mapping[str, Parent]) -> Recipe:
    """The recipe with names that lead to the same files everywhere, and each parent's hash."""
    return pin(
        recipe,
        {name: parent.pinned for name, parent in parents.items()},
        {name: parent.content_hash for name, parent in parents.items()},
    )


def to_yaml(recipe: Recipe) -> str:
    """A recipe as the text of a file."""
    return yaml.safe_dump(recipe.plain(), sort_keys=False, allow_unicode=True, width=100)
