"""Where a model's name leads: a folder, the zoo, or the Hub."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from evomerge.errors import ParentError
from evomerge.weights.checkpoint.hub import FILES, fetch, is_repo_id
from evomerge.zoo import ZOO_PREFIX, zoo_folder


def locate(name: str, files: Sequence[str] = FILES) -> tuple[Path, str]:
    """The folder of a model or an adapter, and its pinned name.

    Args:
        files: patterns of what is fetched where it is on the Hub.

    Raises:
        ParentError: there is none of that name.
    """
    if name.startswith(ZOO_PREFIX):
        return zoo_folder(name), name
    if os.path.isdir(name):
        return Path(name), str(Path(name).resolve())
    repo_id, _, revision = name.partition("@")
    if not is_repo_id(repo_id):
        raise ParentError(f"{name}: no such folder, and not a Hub id (organization/model)")
    folder, commit = fetch(repo_id, revision or None, files)
    return folder, f"{repo_id}@{commit}"
