"""What models say of the base that they were trained from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evomerge.errors import ParentError, UserError
from evomerge.reading.file_kind import CARD, SETTINGS
from evomerge.reading.front_matter import read_front_matter
from evomerge.reading.json_text import read_object
from evomerge.weights.checkpoint.checkpoint import ADAPTER_CONFIG
from evomerge.weights.checkpoint.files import CONFIG
from evomerge.weights.checkpoint.hub import SMALL_FILES, is_repo_id
from evomerge.weights.parents.card import CARD_FILE
from evomerge.weights.parents.location import locate
from evomerge.zoo import ZOO_PREFIX

ZOO_BASE = f"{ZOO_PREFIX}base"


@dataclass(frozen=True)
class Claim:
    """A base that a model names."""

    base: str
    where: str
    """In words, as "the model card of ./math"."""


@dataclass(frozen=True)
class FineTune:
    """A fine-tune as a recipe names it, and what is its base."""

    model: str
    """A bare adapter has its base before it once that is known; see :func:`as_parent`."""
    is_adapter: bool
    """Whether it is an adapter by itself."""
    claims: tuple[Claim, ...]


def fine_tune_of(name: str) -> FineTune:
    """What a fine-tune says of its base.

    Args:
        name: a folder, a Hub id, `zoo:NAME`, an address, or `base+adapter`; an adapter by itself.

    Raises:
        ParentError: there is none of that name.
    """
    if "+" in name and not os.path.isdir(name):
        return FineTune(name, False, (Claim(name.partition("+")[0], f"the name {name}"),))
    folder, _ = locate(name, [*SMALL_FILES, CARD_FILE])
    is_adapter = (folder / ADAPTER_CONFIG).is_file() and not (folder / CONFIG).is_file()
    if name.startswith(ZOO_PREFIX):
        claims = [] if name == ZOO_BASE else [Claim(ZOO_BASE, f"the zoo of {name}")]
    else:
        claims = [*_claims(name, folder)]
    own = {_known_as(name), str(folder.resolve())}
    return FineTune(name, is_adapter, tuple(c for c in claims if _known_as(c.base) not in own))


def base_of(fine_tunes: Sequence[FineTune]) -> tuple[str, tuple[Claim, ...]]:
    """The base that all who name one agree on, and who named it.

    Raises:
        UserError: nobody names one, or they name several.
    """
    claims = tuple(claim for one in fine_tunes for claim in one.claims)
    named = {_known_as(claim.base): claim.base for claim in claims}
    if len(named) == 1:
        return next(iter(named.values())), claims
    if not named:
        raise UserError(
            "no fine-tune says what base it was trained from: adapter_config.json, model cards "
            "(base_model) and config.json (_name_or_path) name none that is here or on the Hub; "
            "say --base MODEL"
        )
    told = "; ".join(f"{claim.where} says {claim.base}" for claim in claims)
    raise UserError(f"the fine-tunes name different bases ({told}); say --base MODEL")


def as_parent(fine_tune: FineTune, base: str) -> str:
    """The name that a recipe has for a fine-tune, once its base is known."""
    return f"{base}+{fine_tune.model}" if fine_tune.is_adapter else fine_tune.model


def _claims(name: str, folder: Path) -> Iterator[Claim]:
    for file, key in ((ADAPTER_CONFIG, "base_model_name_or_path"), (CONFIG, "_name_or_path")):
        if (folder / file).is_file():
            base = read_object(folder / file, SETTINGS).get(key)
            yield from _claim(base, f"{file} of {name}", folder)
    for base in _of_card(folder):
        yield from _claim(base, f"the model card of {name}", folder)


def _claim(base: object, where: str, folder: Path) -> Iterator[Claim]:
    """A base where it can be found: on this machine, in the zoo, or by an id of the Hub."""
    if not isinstance(base, str) or not base.strip():
        return
    beside = folder / base
    if base.startswith(ZOO_PREFIX) or os.path.isdir(base):
        yield Claim(base, where)
    elif os.path.isdir(beside) and beside.resolve() != folder.resolve():
        yield Claim(str(beside.resolve()), where)
    elif is_repo_id(base.partition("@")[0]):
        yield Claim(base, where)


def _of_card(folder: Path) -> list[str]:
    """What a model card names; nothing where there is none, or where its head is no YAML."""
    if not (folder / CARD_FILE).is_file():
        return []
    try:
        named = read_front_matter(folder / CARD_FILE, CARD).get("base_model")
    except ParentError:
        return []
    found = named if isinstance(named, list) else [named]
    return [one for one in found if isinstance(one, str)]


def _known_as(name: str) -> str:
    """One spelling for the names of one model."""
    if os.path.isdir(name):
        return str(Path(name).resolve())
    return name.partition("@")[0].casefold()
