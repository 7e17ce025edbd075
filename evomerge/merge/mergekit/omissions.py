"""What a recipe leaves unsaid and a mergekit file must say: an idle base, modules, a vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evomerge.errors import RecipeError
from evomerge.merge.mergekit.path_slices import INSTEAD
from evomerge.merge.methods import Method
from evomerge.merge.parents import open_parents
from evomerge.merge.plan.catalogue import TensorCatalogue
from evomerge.merge.plan.sections import sections_of
from evomerge.recipe import Recipe, recipe_from
from evomerge.weights import Parent
from evomerge.weights.configs.vocab_size import vocab_size
from evomerge.weights.vocabularies.alignment import NOWHERE

NEVER_ALONE = frozenset(
    {"slerp", "nuslerp", "multislerp", "model_stock", "nearswap", "arcee_fusion"}
)
"""The methods by which mergekit makes nothing of the base alone; by others it makes the base."""


def say_idle_base(plain: dict[str, Any], method: Method) -> None:
    """Let the base give its config alone, where mergekit would merge it like the other models."""
    base = plain["base_model"]
    sections = [plain, *plain.get("modules", {}).values()]
    groups = [section["models"] for section in sections if "models" in section]
    lacking = [group for group in groups if all(entry["model"] != base for entry in group)]
    if method.name == "linear":
        for group in lacking:
            group.append({"model": base, "parameters": {"weight": 0.0}})
    elif lacking:
        del plain["base_model"]


def say_modules(
    plain: dict[str, Any], recipe: Recipe, method: Method, parents: Mapping[str, Parent] | None
) -> Iterator[str]:
    """Call modules as mergekit does, and have those copied that the recipe does not name.

    Args:
        parents: None where they are not at hand; a note then says what may be missing.

    Raises:
        RecipeError: the method copies no model.
    """
    if recipe.modules is None:
        return
    if parents is None:
        yield "mergekit writes the modules that this file names, and no others."
        return
    called = [
        one.stacks.module_of(one.names[0]) for one in sections_of(recipe, TensorCatalogue(parents))
    ]
    if len(called) == 1:
        called = ["default"]
    else:
        yield "mergekit has modules for the architectures that it lists, and refuses others."
    modules = dict(zip(called, plain["modules"].values(), strict=False))
    for name in called[len(modules) :]:
        if method.name in NEVER_ALONE:
            raise RecipeError(
                f"{recipe.at('modules')}mergekit writes only the modules that are named, and its "
                f"{method.name} cannot copy {name}; {INSTEAD}"
            )
        copied = {"model": recipe.template, "parameters": {"weight": 1.0, "scale": 1.0}}
        modules[name] = {"models": [copied]}
    plain["modules"] = modules


def say_vocabulary(
    plain: dict[str, Any], recipe: Recipe, parents: Mapping[str, Parent] | None
) -> Iterator[str]:
    """Ask for the base's vocabulary where mergekit would stop, and by name where it has no base.

    Args:
        parents: None where they are not at hand; a note then says what may be missing.

    Raises:
        RecipeError: mergekit has no key for it.
    """
    if parents is None and recipe.vocabulary is None and len(recipe.parent_names) > 1:
        yield (
            "mergekit stops where the parents have unlike numbers of embeddings; evomerge takes "
            "the base's, for which tokenizer_source: base may have to be added."
        )
    elif (
        parents is not None
        and recipe.vocabulary is None
        and any(parent.alignment for parent in parents.values())
    ):
        plain["tokenizer"] = settings = _vocabulary_of_the_base(recipe, parents)
        if "pad_to_multiple_of" in settings:
            yield "embeddings that no token has are the mean of others there, the base's here."
    if _base_is_unread(plain, recipe) and {"tokenizer", "tokenizer_source"} & plain.keys():
        yield (
            "embeddings of tokens that a model lacks are the base's; mergekit does not read the "
            "base here, takes those of the other models, and has their tokens first in a union."
        )
    if "base_model" not in plain:
        for place, key in ((plain, "tokenizer_source"), (plain.get("tokenizer", {}), "source")):
            if place.get(key) == "base":
                place[key] = recipe.template


def _base_is_unread(plain: Mapping[str, Any], recipe: Recipe) -> bool:
    """Whether the base stands among no models, and mergekit does not add it either."""
    if recipe.base_model is None:
        return False
    sections = [plain, *plain.get("modules", {}).values()]
    parts = [part for section in sections for part in section.get("slices", ())]
    own = [(part.get("base_model", recipe.base_model), part["sources"]) for part in parts]
    return "base_model" not in plain or any(
        all(source["model"] != base for source in sources) for base, sources in own
    )


def _vocabulary_of_the_base(recipe: Recipe, parents: Mapping[str, Parent]) -> dict[str, Any]:
    """The settings that read all parents as a recipe without any does."""
    rows = vocab_size(parents[recipe.template].config)
    plain: dict[str, Any]
    for plain in ({"source": "base"}, {"source": "base", "pad_to_multiple_of": rows}):
        asked = open_parents(recipe_from({**recipe.plain(), "tokenizer": plain}, recipe.source))
        if all(_is_read_alike(asked[name], parent) for name, parent in parents.items()):
            return plain
    raise RecipeError(
        f"{recipe.at()}{recipe.template} has more tokens than embeddings ({rows}), and mergekit "
        f"cannot leave some out; {INSTEAD}"
    )


def _is_read_alike(asked: Parent, parent: Parent) -> bool:
    """Whether a parent's rows are the same, but for those that no token has."""
    theirs, ours = _givers(asked), _givers(parent)
    return len(theirs) == len(ours) and all(
        there in (None, here) for there, here in zip(theirs, ours, strict=True)
    )


def _givers(parent: Parent) -> list[object]:
    """Where each row of a parent comes from: its own number, others' rows, or None."""
    if parent.alignment is None:
        return [*range(vocab_size(parent.config) or 0)]
    rows = parent.alignment.rows
    made: list[object] = [None if number == NOWHERE else number for number in rows.own]
    for gift in rows.gifts:
        for at, row in enumerate(gift.rows):
            made[row] = [(giver, numbers[at]) for giver, numbers in gift.givers]
    return made
