"""Where a model's name leads: a folder, the zoo, object storage, or the Hub."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from evomerge.errors import ParentError
from evomerge.recipe.reference import is_url
from evomerge.weights.checkpoint.hub import FILES, fetch, is_repo_id
from evomerge.weights.parents.storage import fetch_url
from evomerge.zoo import ZOO_PREFIX, zoo_folder


def locate(name: str, files: Sequence[str] = FILES) -> tuple[Path, str]:
    """The folder of a model or an adapter, and its pinned name.

    Args:
        files: patterns of what is fetched where it is in storage or on the Hub.

    Raises:
        ParentError: there is none of that name, or it cannot be read.
        NoRoomError: the disk has no room for it.
    """
    if name.startswith(ZOO_PREFIX):
        return zoo_folder(name), name
    if is_url(name):
        return fetch_url(name, files), name
    if os.path.isdir(name):
        return Path(name), str(Path(name).resolve())
    repo_id, _, revision = name.partition("@")
    if not is_repo_id(repo_id):
        raise ParentError(f"{name}: no such folder, and not a Hub id (organization/model)")
    folder, commit = fetch(repo_id, revision or None, files)
    return folder, f"{repo_id}@{commit}"


def parts_of(name: str) -> tuple[str, str]:
    """The model and, where one is named, the adapter; a folder may have any name.

    Raises:
        ParentError: one of them has no name.
    """
    if os.path.isdir(name):
        return name, ""
    model, plus, adapter = name.partition("+")
    if not model or (plus and not adapter):
        raise ParentError(f"{name!r}: expected a model, or model+adapter")
    return model, adapter
