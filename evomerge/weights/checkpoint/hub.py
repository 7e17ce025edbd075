"""Models on the Hugging Face Hub, fetched at a pinned revision."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from evomerge.errors import ParentError
from evomerge.weights.checkpoint.files import TOKENIZER_FILES

REPO_ID = re.compile(r"^[A-Za-z0-9][\w.-]*(/[\w.-]+)?$")
SMALL_FILES = ["*.json", "*.jinja", "tokenizer*", "*.model", "*.py", *TOKENIZER_FILES]
"""What a tokenizer needs of a repository, and code that belongs to it: copied, never run."""
FILES = ["*.safetensors", *SMALL_FILES]
"""What a parent needs of it: never pickled weights."""
CARD_FILES = ["README.md", "LICENSE*", "LICENCE*", "license*", "COPYING*"]
"""What it says of itself. Asked for by itself, so that a new card is not another model."""
NOT_FILES = ["consolidated*", "*/*"]
"""The same weights in another layout, and other models in folders of their own."""
FOLDERS = ["[0-9]*_*/*.json", "[0-9]*_*/*.safetensors", "additional_chat_templates/*.jinja"]
"""Folders that belong to a model: what sentence-transformers puts behind it, chat templates."""


def is_repo_id(name: str) -> bool:
    """Whether a name can be a Hub id: `organization/model`, or an old one, as `gpt2`."""
    return bool(REPO_ID.match(name)) and ".." not in name


def is_fetched(name: str) -> bool:
    """Whether a parent is fetched with a file, by its name in the model's folder."""

    def fits(patterns: Sequence[str]) -> bool:
        return any(fnmatch(name, pattern) for pattern in patterns)

    return fits(FOLDERS) or (fits(FILES) and not fits(NOT_FILES))


def fetch(repo_id: str, revision: str | None, files: Sequence[str] = FILES) -> tuple[Path, str]:
    """Download a model, or take it from the Hub's cache.

    Args:
        files: patterns of the files to fetch.

    Returns:
        The folder, and the commit that it holds, which pins the revision.

    Raises:
        ParentError: the Hub has no such model or revision, or cannot be reached.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    asked = f"{repo_id}@{revision}" if revision else repo_id
    try:
        folder = Path(
            snapshot_download(
                repo_id, revision=revision, allow_patterns=[*files], ignore_patterns=NOT_FILES
            )
        )
        snapshot_download(repo_id, revision=folder.name, allow_patterns=FOLDERS)
    except LocalEntryNotFoundError:
        raise ParentError(
            f"{asked}: no such folder, not in the Hub's cache, and the Hub cannot be reached; "
            "download it first, or name a folder"
        ) from None
    except (HfHubHTTPError, ValueError, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ParentError(
            f"{asked}: no such folder, and the Hub does not give it ({reason}); "
            "correct the name, or log in (hf auth login)"
        ) from None
    return folder, folder.name
