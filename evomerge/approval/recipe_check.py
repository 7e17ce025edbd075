"""Whether the recipe in a released folder is the one that its weights were made by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evomerge.errors import EvomergeError, ParentError
from evomerge.merge.ancestry.ancestry import model_parts
from evomerge.merge.folder.adapters import HERE
from evomerge.merge.folder.lineage import LINEAGE_FILE
from evomerge.merge.folder.recipe_file import RECIPE_FILE
from evomerge.merge.plan.contract import known_only
from evomerge.reading.file_kind import PROOF
from evomerge.reading.json_text import read_object
from evomerge.reading.manifest import PROOF_FILE
from evomerge.recipe import Genome, digest, load_recipe

_PREFIX = "evomerge:"


def recipe_damage(folder: Path, named: str | None) -> Iterator[str]:
    """What is wrong with a folder's recipe, its pins and its lineage.

    Args:
        named: the digest that its proof names, if it carries one.
    """
    try:
        recipe = load_recipe(folder / RECIPE_FILE)
        if open_values := Genome(recipe).names:
            yield f"{RECIPE_FILE}: leaves {open_values[0]} open, so it names no weights"
            return
        missing = [name for name in recipe.parent_names if name not in recipe.pins]
        if missing:
            yield f"{RECIPE_FILE}: has no pin of {missing[0]}"
            return
        lost = [
            part for root in recipe.roots for part in model_parts(root) if part.startswith(HERE)
        ]
        if lost:
            yield f"{RECIPE_FILE}: names {lost[0]}, which is not there"
        found = digest(known_only(recipe), recipe.pins)
        facts = facts_of(folder)
    except EvomergeError as error:
        yield str(error)
        return
    told = {PROOF_FILE: named, LINEAGE_FILE: facts.get("recipe digest")}
    for who, said in told.items():
        if said not in (None, found):
            yield f"{RECIPE_FILE}: has the digest {found}, and {who} names {said}"


def facts_of(folder: Path) -> dict[str, str]:
    """What a folder's lineage says of the run, by name; nothing where there is no lineage.

    Raises:
        ParentError: it cannot be read.
    """
    file = folder / LINEAGE_FILE
    if not file.exists():
        return {}
    said = read_object(file, PROOF)
    try:
        listed = said["metadata"]["component"].get("properties", ())
        return {one["name"].removeprefix(_PREFIX): str(one.get("value")) for one in listed}
    except (KeyError, TypeError, AttributeError):
        raise ParentError(f"{file}: is no lineage; get the folder again") from None
