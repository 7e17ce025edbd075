"""The tokenizer of a model folder: its files, and what transformers makes of them."""

from __future__ import annotations

import importlib.util
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evomerge.errors import ParentError
from evomerge.reading.file_kind import SETTINGS, TEMPLATE
from evomerge.reading.regular import present, read_text, require_inside
from evomerge.weights.checkpoint.checkpoint import read_json
from evomerge.weights.checkpoint.files import CONFIG, tokenizer_files

TOKENIZER_CONFIG = "tokenizer_config.json"
CHAT_TEMPLATE = "chat_template.jinja"
CHAT_TEMPLATES = "additional_chat_templates/*.jinja"
_WHOLE = ("tokenizer.json", TOKENIZER_CONFIG, "special_tokens_map.json", CHAT_TEMPLATE)
"""Files that hold all of a tokenizer. The others say the same in older ways, without new tokens."""


_SETTINGS = (TOKENIZER_CONFIG, "special_tokens_map.json", "added_tokens.json")
"""Objects of a few keys, which transformers reads with no limit to their depth."""

_SENTENCEPIECE = (
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
    "sentencepiece.model",
    "spm.model",
    "source.spm",
)
_READERS = {"sentencepiece": "sentencepiece", "protobuf": "google.protobuf"}
"""Packages that such files are read with, and their modules."""


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of a model folder.

    Raises:
        ParentError: the folder holds none that transformers can load.
    """
    from transformers import AutoTokenizer, logging

    _check(folder)
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # what is wrong is told once, below
    try:
        return AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # whatever its files can do wrong; Rust's panic is no Exception
        why = _what_is_missing(folder) or str(error)
        raise ParentError(f"{folder}: its tokenizer cannot be loaded ({why})") from None
    finally:
        logging.set_verbosity(verbosity)


def _check(folder: Path) -> None:
    """Check all that transformers would read of a folder to make its tokenizer."""
    for file in tokenizer_files(folder):
        if file.name in _SETTINGS:
            read_json(file)
    templates = [file.relative_to(folder) for file in folder.glob(CHAT_TEMPLATES)]
    for name in (CHAT_TEMPLATE, *map(str, templates)):
        present(folder, name, TEMPLATE)
    if present(folder, CONFIG, SETTINGS):
        read_json(folder / CONFIG)


def _what_is_missing(folder: Path) -> str:
    """Which packages it takes to read a tokenizer that only sentencepiece has written, if any."""
    file = next((name for name in _SENTENCEPIECE if (folder / name).is_file()), None)
    if file is None or (folder / "tokenizer.json").is_file():
        return ""
    lacking = [pip for pip, module in _READERS.items() if not _is_installed(module)]
    if not lacking:
        return ""
    return f"{file} is read by {' and '.join(lacking)}: pip install {' '.join(lacking)}"


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package that it is in
        return False


@dataclass(frozen=True)
class TokenizerFiles:
    """The files of an offspring's tokenizer: a model's own, and those written anew."""

    folder: Path
    """The model's."""
    copied: tuple[Path, ...]
    written: Mapping[str, str] = field(default_factory=dict)
    """Texts by file name."""

    @classmethod
    def of(cls, folder: Path) -> TokenizerFiles:
        """A model's own files, as they are."""
        return cls(folder, tuple(tokenizer_files(folder)))

    def with_file(self, name: str, text: str) -> TokenizerFiles:
        """The same with one file written anew."""
        copied = tuple(file for file in self.copied if file.name != name)
        return replace(self, copied=copied, written={**self.written, name: text})

    def with_tokens(self, tokens: Sequence[Any]) -> TokenizerFiles:
        """The same tokenizer with more tokens behind those that it has.

        Args:
            tokens: the new ones, as `tokenizers.AddedToken`.

        Raises:
            ParentError: it is a tokenizer that cannot be taken apart.
        """
        from tokenizers import Tokenizer

        tokenizer = load_tokenizer(self.folder)
        backend = getattr(tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise ParentError(
                f"{self.folder}: its tokenizer takes no more tokens; it is not a fast one, so "
                "take another model's"
            )
        file = self.folder / "tokenizer.json"
        extended = Tokenizer.from_str(
            file.read_text("utf-8") if file.is_file() else backend.to_str()
        )
        known = extended.get_vocab()
        # Special tokens that only tokenizer_config.json names: transformers adds them on loading.
        named = [
            t for _, t in sorted(tokenizer.added_tokens_decoder.items()) if str(t) not in known
        ]
        extended.add_tokens([*named, *tokens])
        whole = replace(self, copied=tuple(file for file in self.copied if file.name in _WHOLE))
        whole = whole.with_file("tokenizer.json", extended.to_str(pretty=True))
        config = self.config
        if "added_tokens_decoder" in config:
            entries = json.loads(extended.to_str())["added_tokens"]
            config["added_tokens_decoder"] = {str(e.pop("id")): e for e in entries}
            whole = whole.with_file(TOKENIZER_CONFIG, _to_json(config))
        return whole

    def with_chat_template(self, template: str) -> TokenizerFiles:
        """The same with another chat template, where transformers 4 and 5 look for it."""
        config = {**self.config, "chat_template": template}
        changed = self.with_file(TOKENIZER_CONFIG, _to_json(config))
        return changed.with_file(CHAT_TEMPLATE, template)

    @property
    def config(self) -> dict[str, Any]:
        """Its tokenizer_config.json; empty without one."""
        if TOKENIZER_CONFIG in self.written:
            return dict(json.loads(self.written[TOKENIZER_CONFIG]))
        file = self.folder / TOKENIZER_CONFIG
        return read_json(file) if file.is_file() else {}

    def load(self) -> Any:
        """The tokenizer.

        Raises:
            ParentError: transformers cannot load it.
        """
        if not self.written:
            return load_tokenizer(self.folder)
        with tempfile.TemporaryDirectory() as name:
            for file in (*self.copied, self.folder / CONFIG):
                if file.is_file():
                    shutil.copy(file, name)
            for written, text in self.written.items():
                Path(name, written).write_text(text, encoding="utf-8")
            return load_tokenizer(Path(name))


def chat_template_of(folder: Path) -> str | None:
    """The chat template of a model folder, wherever transformers 4 and 5 keep it."""
    if (folder / CHAT_TEMPLATE).is_file():
        require_inside(folder, folder / CHAT_TEMPLATE, TEMPLATE)
        return read_text(folder / CHAT_TEMPLATE, TEMPLATE)
    file = folder / TOKENIZER_CONFIG
    template = read_json(file).get("chat_template") if file.is_file() else None
    if isinstance(template, list):  # several, by name
        entries = [entry for entry in template if isinstance(entry, dict)]
        named = {str(entry.get("name")): entry.get("template") for entry in entries}
        template = named.get("default")
    return template if isinstance(template, str) else None


def _to_json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
