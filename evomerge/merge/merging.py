"""A recipe without genes made into a model folder: the `merge` command as a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import torch

from evomerge.cores import Cores
from evomerge.device import choose_device
from evomerge.errors import RecipeError, TrialError
from evomerge.merge.card import write_card
from evomerge.merge.contract import check_contract, known_only
from evomerge.merge.notes import notes
from evomerge.merge.parents import check_weights, open_parents
from evomerge.merge.stream import write_offspring
from evomerge.recipe import Genome, Recipe, load_recipe
from evomerge.weights import SHARD_BYTES, Parent, refuse_existing


def merge(
    recipe: Recipe | str | Path,
    out: str | Path,
    *,
    device: str | None = None,
    threads: int | None = None,
    shard_bytes: int = SHARD_BYTES,
    tell: Callable[[str], None] | None = None,
) -> str:
    """Merge a recipe into a model folder, disk to disk.

    Args:
        recipe: the recipe, or its file.
        out: the folder to make; it must not exist.
        device: "cpu" or "cuda"; by default the GPU if there is one.
        threads: cores to use; the result is the same for any number.
        shard_bytes: most bytes of tensors in one file.
        tell: is given what a user should know, sentence by sentence, before anything is written.

    Returns:
        sha256 over the tensors' names, types, shapes and the BLAKE3 hashes of their bytes, in
        name order.

    Raises:
        UserError: something in the recipe is wrong, or `out` exists; nothing has been written.
    """
    if not isinstance(recipe, Recipe):
        recipe = load_recipe(recipe)
    genes = Genome(recipe).names
    if genes:
        raise RecipeError(
            f"{recipe.at()}the recipe leaves {len(genes)} values open ({genes[0]}, …); "
            "use `evomerge run` to find them"
        )
    check_contract(recipe)
    refuse_existing(Path(out))
    where = choose_device(device)
    parents = open_parents(recipe)
    if recipe.pins:
        check_weights(recipe, parents, threads)
    if tell is not None:
        for note in notes(recipe, parents):
            tell(note)
    try:
        return write_model(
            recipe, parents, Path(out), where, threads=threads, shard_bytes=shard_bytes
        )
    except TrialError as error:
        raise RecipeError(f"{recipe.at()}{error}") from None


def write_model(
    recipe: Recipe,
    parents: Mapping[str, Parent],
    out: Path,
    device: torch.device,
    *,
    threads: int | None = None,
    shard_bytes: int = SHARD_BYTES,
    account: str = "",
) -> str:
    """Merge a recipe whose parents are open and checked.

    Args:
        shard_bytes: most bytes of tensors in one file.
        account: sections for the model card on how the recipe was found.

    Returns:
        The sha256 of the weights.

    Raises:
        UserError: the folder exists or cannot be written.
    """
    recipe = known_only(recipe)

    def describe(final: Recipe, sha256: str) -> str:
        return write_card(final, sha256, account)

    with Cores.on(device, threads) as cores:
        return write_offspring(
            recipe,
            parents,
            out,
            cores=cores,
            device=device,
            describe=describe,
            shard_bytes=shard_bytes,
        )
