"""The models of a drafted recipe: the base found, and how they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evomerge.drafting.chats import Chats, chats_of
from evomerge.drafting.fine_tune import FineTune, as_parent, base_of, fine_tune_of
from evomerge.drafting.place import named_from
from evomerge.drafting.request import DraftRequest
from evomerge.errors import ParentError, UserError
from evomerge.weights import Parent, open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer

POSITIONS = "max_position_embeddings"
UNSAID = 2048
"""Tokens that a model is taken to read where its config.json does not say it under that name."""


@dataclass(frozen=True)
class FoundModels:
    """A base and its fine-tunes, as a recipe names them."""

    base: str
    base_why: str
    names: tuple[str, ...]
    chats: Chats
    tokenizer: Any
    """The base's."""
    positions: int
    """Tokens that the base reads and writes at most."""


def find_models(request: DraftRequest, folder: Path) -> FoundModels:
    """The models that a user names, and the base that they name.

    Args:
        folder: of the recipe.

    Raises:
        UserError: it is not known which model is the base, or a fine-tune is the base itself.
        ParentError: one of them cannot be opened.
    """
    fine_tunes = [fine_tune_of(name) for name in request.fine_tunes]
    base, why = _base(fine_tunes, request.base)
    parents = [as_parent(one, base) for one in fine_tunes]
    opened = {base: _opened(base, why), **{name: open_parent(name) for name in parents}}
    home = opened[base].folder.resolve()
    if same := [n for n in parents if "+" not in n and opened[n].folder.resolve() == home]:
        raise UserError(f"{same[0]} is the base itself; name its fine-tunes alone")
    folders = {name: opened[name].tokenizer_folder for name in parents}
    return FoundModels(
        named_from(folder, base),
        why,
        tuple(named_from(folder, name) for name in parents),
        chats_of(opened[base].tokenizer_folder, folders),
        load_tokenizer(opened[base].tokenizer_folder),
        _positions(opened[base].config),
    )


def _opened(base: str, why: str) -> Parent:
    try:
        return open_parent(base)
    except ParentError as error:
        raise ParentError(f"{error} ({why}); if another model is the base, say --base") from None


def _positions(config: Mapping[str, Any]) -> int:
    said = config.get(POSITIONS)
    return said if isinstance(said, int) and said > 1 else UNSAID


def _base(fine_tunes: list[FineTune], said: str | None) -> tuple[str, str]:
    """The base, and how it is known."""
    if said is not None:
        return said, "the model that all of them were trained from, as --base says"
    base, claims = base_of(fine_tunes)
    why = f"the model that all of them were trained from, by {', '.join(c.where for c in claims)}"
    if silent := [one.model for one in fine_tunes if not one.claims]:
        why += f" ({', '.join(silent)} says nothing of its base)"
    return base, why
