"""The kinds of files that are read: how large each may be, and whose mistake another one is."""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.errors import (
    EvomergeError,
    ParentError,
    RecipeError,
    RunFolderError,
    UserError,
)

MB = 10**6


@dataclass(frozen=True)
class FileKind:
    """What a file is read as."""

    name: str
    """In words, as in "larger than a recipe may be"."""
    most: int
    """Bytes that are read of one. Several times the largest that is known."""
    error: type[EvomergeError]
    """What is raised where it cannot be read."""


RECIPE = FileKind("a recipe", 1 * MB, RecipeError)
TASK = FileKind("a task file", 4 * MB, RecipeError)
CODE = FileKind("a Python file", 10 * MB, RecipeError)
CONSTITUTION = FileKind("a constitution", 4 * MB, RecipeError)
TEXTS = FileKind("a file of texts", 100 * MB, RecipeError)
DATA = FileKind("a file of a task's data", 100 * MB, RecipeError)
"""That a stranger's task names."""
OWN_DATA = FileKind("a file of a task's data", 1 << 50, RecipeError)
"""That a task of a folder names which the user trusts."""
SETTINGS = FileKind("a model's settings", 16 * MB, ParentError)
"""config.json, generation_config.json, adapter_config.json: 2 MB where there are 20,000 labels."""
INDEX = FileKind("a checkpoint's index", 64 * MB, ParentError)
TEMPLATE = FileKind("a chat template", 1 * MB, ParentError)
TOKENIZER = FileKind("a tokenizer's file", 128 * MB, ParentError)
"""The largest, of a million tokens, have 60 MB."""
BESIDE = FileKind("a file beside a model", 1000 * MB, ParentError)
"""What is copied with a model and never read."""
WEIGHTS = FileKind("a file of weights", 1 << 50, ParentError)
CARD = FileKind("a model card", 4 * MB, ParentError)
LICENCE = FileKind("a licence", 4 * MB, ParentError)
MANIFEST = FileKind("a manifest", 64 * MB, ParentError)
PROOF = FileKind("a proof", 16 * MB, ParentError)
APPROVALS = FileKind("a file of approvals", 1 * MB, ParentError)
KEY = FileKind("a key", 64_000, UserError)
RUN_FILE = FileKind("a file of a run", 64 * MB, RunFolderError)


def kind_beside(name: str) -> FileKind:
    """What a file beside a model's own weights is copied and hashed as."""
    return WEIGHTS if name.endswith(".safetensors") else BESIDE
