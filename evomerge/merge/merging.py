"""A recipe without genes made into a model folder: the `merge` command as a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import torch

from evomerge.cores import Cores
from evomerge.device import choose_device
from evomerge.errors import RecipeError, TrialError
from evomerge.merge.ancestry.ancestry import NO_ANCESTRY, Ancestry
from evomerge.merge.ancestry.licensing import licence_notes, licensed_ancestry
from evomerge.merge.folder.account import NO_ACCOUNT, Account
from evomerge.merge.folder.adapters import adapters_beside
from evomerge.merge.folder.beside import describer
from evomerge.merge.folder.verification import verify_loads
from evomerge.merge.making.stream import write_offspring
from evomerge.merge.notes import notes
from evomerge.merge.parents import check_weights, open_parents
from evomerge.merge.plan.contract import check_contract, known_only
from evomerge.merge.stages import made_stages
from evomerge.recipe import Genome, Recipe, load_recipe
from evomerge.weights import SHARD_BYTES, Parent, refuse_existing


def merge(
    recipe: Recipe | str | Path,
    out: str | Path,
    *,
    device: str | None = None,
    threads: int | None = None,
    shard_bytes: int = SHARD_BYTES,
    verify: bool = True,
    tell: Callable[[str], None] | None = None,
) -> str:
    """Merge a recipe into a model folder, disk to disk.

    Args:
        recipe: the recipe, or its file.
        out: the folder to make; it must not exist.
        device: "cpu" or "cuda"; by default the GPU if there is one.
        threads: cores to use; the result is the same for any number.
        shard_bytes: most bytes of tensors in one file.
        verify: whether transformers is to load the result, where it can and has the memory.
        tell: is given what a user should know, sentence by sentence.

    Returns:
        The weights' sha256: see :func:`evomerge.weights.weights_sha256`.

    Raises:
        UserError: something in the recipe is wrong, or `out` exists; nothing has been written.
        VerificationError: transformers cannot load the result; nothing was left behind.
    """
    recipe = _settled(recipe)
    refuse_existing(Path(out))
    ancestry = licensed_ancestry(recipe)
    where = choose_device(device)
    load = partial(_load, str(out), tell) if verify else None
    write = partial(write_model, device=where, threads=threads, shard_bytes=shard_bytes)
    try:
        with made_stages(recipe, Path(out), write) as (recipe, made):
            parents, home = _opened(recipe, made, threads, ancestry, tell), adapters_beside(recipe)
            return write(recipe, parents, Path(out), ancestry=ancestry, adapters=home, verify=load)
    except TrialError as error:
        raise RecipeError(f"{recipe.at()}{error}") from None


def _settled(recipe: Recipe | str | Path) -> Recipe:
    """The recipe, if it names one set of weights and keeps to its method's contract.

    Raises:
        RecipeError: it does not.
    """
    if not isinstance(recipe, Recipe):
        recipe = load_recipe(recipe)
    genome = Genome(recipe)
    if genes := genome.names:
        raise RecipeError(
            f"{recipe.at(*genome.genes[0][0])}the recipe leaves {len(genes)} values open "
            f"({genes[0]}, …); use `evomerge run` to find them"
        )
    check_contract(recipe)
    return recipe


def _opened(
    recipe: Recipe,
    made: Mapping[str, Parent],
    threads: int | None,
    ancestry: Ancestry,
    tell: Callable[[str], None] | None,
) -> dict[str, Parent]:
    """The parents, held against their pins, after telling what a user should know of them."""
    parents = open_parents(recipe, made)
    if recipe.pins:
        check_weights(recipe, parents, threads)
    if tell is not None:
        for note in (*notes(recipe, parents), *licence_notes(recipe, ancestry)):
            tell(note)
    return parents


def _load(out: str, tell: Callable[[str], None] | None, folder: Path) -> None:
    """Have transformers load what was written; tell where it cannot be."""
    why_not = verify_loads(folder)
    if why_not and tell is not None:
        tell(f"{out} was not loaded to verify it: {why_not}")


def write_model(
    recipe: Recipe,
    parents: Mapping[str, Parent],
    out: Path,
    device: torch.device,
    *,
    threads: int | None = None,
    shard_bytes: int = SHARD_BYTES,
    ancestry: Ancestry = NO_ANCESTRY,
    account: Account = NO_ACCOUNT,
    adapters: Path | None = None,
    verify: Callable[[Path], None] | None = None,
) -> str:
    """Merge a recipe whose parents are open and checked.

    Args:
        shard_bytes: most bytes of tensors in one file.
        ancestry: what the parents say of themselves.
        account: how the recipe was found, and what was measured.
        adapters: the folder whose adapters are copied beside the weights that they are part of.
        verify: is given the folder before it has its name; what it raises leaves nothing behind.

    Returns:
        The sha256 of the weights.

    Raises:
        UserError: the folder exists or cannot be written.
    """
    with Cores.on(device, threads) as cores:
        return write_offspring(
            known_only(recipe),
            parents,
            out,
            cores=cores,
            device=device,
            describe=describer(ancestry, account),
            adapters=adapters,
            shard_bytes=shard_bytes,
            verify=verify,
        )
