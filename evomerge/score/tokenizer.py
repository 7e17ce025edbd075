"""The tokenizer of a model folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evomerge.errors import ParentError


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of a model folder.

    Raises:
        ParentError: the folder holds none that transformers can load.
    """
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    except Exception as error:  # whatever its files can do wrong
        raise ParentError(f"{folder}: its tokenizer cannot be loaded ({error})") from None
