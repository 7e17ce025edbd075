"""A model folder as named tensors, read by mmap."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

from evomerge.errors import ParentError
from evomerge.reading.file_kind import INDEX as INDEX_KIND
from evomerge.reading.file_kind import SETTINGS, FileKind
from evomerge.reading.json_text import read_object
from evomerge.reading.regular import require_inside
from evomerge.weights.checkpoint.config_values import (
    check_fetched,
    check_shapes,
    check_sizes,
)
from evomerge.weights.checkpoint.files import CONFIG
from evomerge.weights.checkpoint.tensor_file import open_tensors
from evomerge.weights.digests import Digested
from evomerge.weights.tensors import DTYPES, Spec

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
ADAPTER_CONFIG = "adapter_config.json"
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


class Checkpoint(Digested):
    """The safetensors files of a model folder, sharded or not, as transformers takes them.

    An index says which files there are. What is in them counts, whether the index lists it or not;
    what it lists and no file has is missed only where a model needs it.

    Raises:
        ParentError: no such folder, only pickled weights, a damaged file, or an index that
            points out of the folder or to a file that is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.is_dir():
            raise ParentError(f"{folder}: no such model folder")
        self._handles: dict[str, Any] = {}
        self._files: dict[str, str] = {}
        for file in self._file_names():
            self._open(file)
        if not self._files:
            raise ParentError(f"{folder}: holds no tensors; save it again")

    def _file_names(self) -> list[str]:
        if (self.folder / SINGLE).is_file():
            return [SINGLE]
        if (self.folder / INDEX).is_file():
            return sorted(set(self._index.values()))
        if (self.folder / ADAPTER_CONFIG).is_file():
            base = read_json(self.folder / ADAPTER_CONFIG).get("base_model_name_or_path")
            raise ParentError(
                f"{self.folder}: is an adapter, not a model; write its base before it, as in "
                f"{base or 'BASE'}+{self.folder}"
            )
        pickles = [path.name for pattern in PICKLES for path in self.folder.glob(pattern)]
        if pickles:
            raise ParentError(
                f"{self.folder}: holds only pickled weights ({pickles[0]}), which can run code "
                "when loaded; save the model as safetensors first"
            )
        raise ParentError(
            f"{self.folder}: holds neither {SINGLE} nor {INDEX}; name the folder of the weights"
        )

    @cached_property
    def _index(self) -> dict[str, str]:
        path = self.folder / INDEX
        index = read_json(path, INDEX_KIND).get("weight_map")
        if not isinstance(index, dict):
            raise ParentError(f"{path}: not a valid index (it lacks weight_map); get it again")
        pairs = {name: str(file) for name, file in index.items()}
        for name, file in pairs.items():
            if Path(file).name != file or file in ("", ".", ".."):
                raise ParentError(f"{path}: {name} points out of the folder ({file!r})")
        return pairs

    def _open(self, file: str) -> None:
        path = self.folder / file
        if not os.path.isfile(path):  # a name may be too long to be looked for
            raise ParentError(f"{path}: missing, but the index names it; get it again")
        handle = open_tensors(path)
        self._handles[file] = handle
        for name in handle.keys():  # noqa: SIM118 - not a dict
            if name in self._files and not self._holds_the_same(name, handle):
                raise ParentError(
                    f"{path}: {name} stands in {self._files[name]} as well, with other values; "
                    "empty the folder and get one version"
                )
            self._files.setdefault(name, file)

    def _holds_the_same(self, name: str, handle: Any) -> bool:
        tensor: torch.Tensor = handle.get_tensor(name)
        return torch.equal(tensor, self.tensor(name))

    @cached_property
    def specs(self) -> dict[str, Spec]:
        """Shape and type of every tensor, in name order."""
        return {name: self._spec(name) for name in sorted(self._files)}

    def _spec(self, name: str) -> Spec:
        view = self._handles[self._files[name]].get_slice(name)
        code = view.get_dtype()
        if code not in DTYPES:
            raise ParentError(
                f"{self.folder}: {name} has type {code}; merging takes {', '.join(DTYPES)}. "
                "Quantized weights have to be dequantized first, and saved as BF16 or wider"
            )
        return Spec(tuple(view.get_shape()), DTYPES[code])

    def tensor(self, name: str) -> torch.Tensor:
        """One tensor, as a view of the mapped file: not to be written to."""
        tensor: torch.Tensor = self._handles[self._files[name]].get_tensor(name)
        return tensor

    @property
    def metadata(self) -> dict[str, dict[str, str]]:
        """What each file of tensors says beside them, by the file's name."""
        return {file: handle.metadata() or {} for file, handle in self._handles.items()}

    @cached_property
    def config(self) -> dict[str, Any]:
        """The folder's config.json.

        Raises:
            ParentError: it is no JSON object, or names sizes beyond any model's.
        """
        config = read_json(self.folder / CONFIG)
        check_shapes(config, self.folder / CONFIG)
        check_sizes(config, self.folder / CONFIG)
        check_fetched(config, self.folder / CONFIG)
        return config


def read_json(path: Path, kind: FileKind = SETTINGS) -> dict[str, Any]:
    """A JSON object from a file of a model folder.

    Raises:
        ParentError: it is absent, leads out of the folder, or is not a JSON object.
    """
    require_inside(path.parent, path, kind)
    return read_object(path, kind)
