"""A recipe merged from disk to disk, one tensor in memory at a time for each core."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.engine.architecture import Architecture
from evomerge.merge.calibration.calibration import Calibration
from evomerge.merge.folder.account import WrittenModel
from evomerge.merge.folder.adapters import CarriedAdapters
from evomerge.merge.folder.belongings import Belongings, offspring_belongings
from evomerge.merge.folder.beside import Describe
from evomerge.merge.folder.recipe_file import RECIPE_FILE, pinned, to_yaml
from evomerge.merge.making.blend import Blender
from evomerge.merge.plan.plan import make_plan
from evomerge.merge.vocabulary.tokenizer import offspring_tokenizer
from evomerge.recipe import Recipe
from evomerge.weights import FolderWriter, Parent
from evomerge.weights.checkpoint.files import CONFIG, GENERATION_CONFIG
from evomerge.weights.vocabularies.tokenizer import TokenizerFiles


def write_offspring(
    recipe: Recipe,
    parents: Mapping[str, Parent],
    out: Path,
    *,
    cores: Cores,
    device: torch.device,
    describe: Describe,
    adapters: Path | None,
    shard_bytes: int,
    verify: Callable[[Path], None] | None,
) -> str:
    """Merge a recipe without genes into a model folder that loaders accept.

    Args:
        parents: the recipe's parents by name.
        describe: makes the files that tell of the model.
        adapters, shard_bytes, verify: see :func:`evomerge.merge.merging.write_model`.

    Returns:
        The sha256 of the weights.

    Raises:
        UserError: `out` exists, or cannot be written.
    """
    plan = make_plan(recipe, parents)
    statistics = Calibration(parents, device).statistics(recipe, plan, cores)
    blender = Blender(recipe, plan, parents, device, statistics=statistics)
    specs = {operation.name: blender.spec(operation) for operation in plan.operations}
    template = parents[recipe.template]
    # All that may be refused comes before the tensors, which take their time.
    architecture = Architecture.of(template, specs, plan.layers)
    tokenizer = offspring_tokenizer(recipe, parents)
    beside = offspring_belongings(recipe, parents)
    with FolderWriter(out, shard_bytes, verify) as writer:
        files = writer.tensors(specs)
        cores.each(lambda op: files.write(op.name, blender.parts(op)), plan.operations)
        sha256 = files.finish()
        _copy(writer, tokenizer, beside)
        _write_json(writer, GENERATION_CONFIG, template.generation_config)
        _write_json(writer, CONFIG, architecture.config)
        final = pinned(recipe, parents)
        carried = CarriedAdapters.of(final, adapters)
        for name, file in carried.files.items():
            writer.copy(file, name)
        final = carried.named_in(final)
        writer.write_text(RECIPE_FILE, to_yaml(final))
        has_tokenizer = bool(tokenizer.copied or tokenizer.written)
        written = WrittenModel(final, sha256, architecture.config, has_tokenizer)
        for name, data in describe(written).items():
            writer.write_bytes(name, data)
    return sha256


def _copy(writer: FolderWriter, tokenizer: TokenizerFiles, beside: Belongings) -> None:
    """Copy the tokenizer and what else belongs to the offspring."""
    for file in tokenizer.copied:
        writer.copy(file)
    for name, file in beside.files.items():
        writer.copy(file, name)
    for name, text in tokenizer.written.items():
        writer.write_text(name, text)


def _write_json(writer: FolderWriter, name: str, data: Mapping[str, Any] | None) -> None:
    """Write a file of settings, where there are any."""
    if data is not None:
        writer.write_text(name, json.dumps(data, indent=2) + "\n")
