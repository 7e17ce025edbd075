"""A recipe without genes merged into a model folder: the `merge` command as a function."""

from __future__ import annotations

from pathlib import Path

from evomerge.errors import RecipeError
from evomerge.merge.contract import check_contract
from evomerge.merge.stream import tokenizer_parent
from evomerge.recipe import Genome, Recipe, load_recipe
from evomerge.run.device import choose_device
from evomerge.run.preflight import check_weights, open_parents
from evomerge.run.release import release
from evomerge.weights import refuse_existing


def merge(
    recipe: Recipe | str | Path,
    out: str | Path,
    *,
    device: str | None = None,
    threads: int | None = None,
) -> str:
    """Merge a recipe into a model folder, disk to disk.

    Args:
        recipe: the recipe, or its file.
        out: the folder to make; it must not exist.
        device: "cpu" or "cuda"; by default the GPU if there is one.
        threads: cores to use; the result is the same for any number.

    Returns:
        sha256 over the names and bytes of the weights, in name order.

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
    tokenizer_parent(recipe, parents)
    check_weights(recipe, parents)
    return release(recipe, parents, Path(out), where, threads=threads)
