"""The `use:` key of a model: a gene that may leave it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from evomerge.recipe.values import Open

HOW = "use is {gene: {choice: [true, false]}}; without it a model is used"
NAMED_BY_ALL = "use: with a tokenizer or chat template made of all models none may be left out"


def _read(value: Any) -> Any:
    if isinstance(value, bool):
        if not value:
            raise ValueError("a model that is not used is left out of the recipe")
        return value
    if not isinstance(value, dict | Open):
        raise ValueError(HOW)
    gene = Open.model_validate(value).gene
    if gene.points != 1 or sorted(map(repr, gene.choice or ())) != ["False", "True"]:
        raise ValueError(HOW)
    return Open(gene=gene if gene.start is not None else gene.model_copy(update={"start": True}))


Switch = Annotated[Literal[True] | Open, BeforeValidator(_read)]
"""Whether a model is merged. A search that may leave it out begins with it, unless it is said."""


def check_switches(
    switches: Sequence[Switch], *, listed: bool, has_base: bool, named_by_all: bool
) -> None:
    """Check whether models may be left out.

    Args:
        switches: of all models, in the order of the recipe.
        listed: whether they stand in the recipe's own list.
        has_base: whether it names a base, which gives config and tokenizer.
        named_by_all: whether tokenizer or chat template depend on all of them.

    Raises:
        ValueError: one may not.
    """
    if not any(isinstance(use, Open) for use in switches):
        return
    if not listed:
        raise ValueError("use stands under models:, since slices and modules need all of theirs")
    if not has_base and isinstance(switches[0], Open):
        raise ValueError(
            "use: the first model gives config and tokenizer, so it cannot be left out; name a "
            "base_model, which gives them then"
        )
    if named_by_all:
        raise ValueError(NAMED_BY_ALL)
