"""Offspring written out as model folders: the winner, and elites that become parents."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.merge.stream import write_offspring
from evomerge.recipe import Recipe
from evomerge.run.card import write_card
from evomerge.weights import Parent


def release(
    recipe: Recipe,
    parents: Mapping[str, Parent],
    out: Path,
    device: torch.device,
    *,
    threads: int | None = None,
    verdict: Mapping[str, Any] | None = None,
    lineage: Sequence[str] = (),
) -> str:
    """Merge a recipe without genes into a model folder with a card.

    Returns:
        The sha256 of the weights.

    Raises:
        UserError: the folder exists or cannot be written.
    """

    def describe(final: Recipe, sha256: str) -> str:
        return write_card(final, sha256, verdict, lineage)

    with Cores(threads) as cores:
        return write_offspring(
            recipe, parents, out, cores=cores, device=device, describe=describe
        )


def release_anew(out: Path, *arguments: Any, **options: Any) -> str:
    """The same over what a killed run may have left in a folder that is the run's own."""
    shutil.rmtree(out, ignore_errors=True)
    recipe, parents, device = arguments
    return release(recipe, parents, out, device, **options)
