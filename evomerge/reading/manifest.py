"""A model folder's manifest: what each of its files and tensors was when the folder was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evomerge.errors import ParentError
from evomerge.reading.file_kind import MANIFEST, kind_beside
from evomerge.reading.json_text import read_object
from evomerge.reading.regular import sha256_of

MANIFEST_FILE = "manifest.json"
CARD = "README.md"
"""May be edited: it decides nothing."""
PROOF_FILE = "proof.json"
"""What a signature of a released model rests on; where its recipe asks for one."""
APPROVALS_FILE = "approvals.json"
"""Who signed it."""
SHOWN = 12
"""Of a hash, in words."""


class Unlike(ParentError):
    """A folder is not what its manifest says that it was.

    Args:
        what: has changed, and how.
    """

    def __init__(self, folder: Path, what: str) -> None:
        self.what = what
        super().__init__(
            f"{folder}: {what} when the folder was written ({MANIFEST_FILE}); get the folder "
            f"again, or remove {MANIFEST_FILE} if the change is yours"
        )


@dataclass(frozen=True)
class Manifest:
    """What a folder was when it was written."""

    folder: Path
    tensors: Mapping[str, str]
    """The BLAKE3 hash of each tensor's bytes."""
    files: Mapping[str, str]
    """The sha256 of each file that holds no tensors."""
    sizes: Mapping[str, int]
    """The bytes of each file; empty in folders of earlier versions."""
    weights_sha256: str | None
    """Of all tensors, their types and shapes; None in folders of earlier versions."""

    @classmethod
    def of(cls, folder: Path) -> Manifest | None:
        """The manifest of a folder that evomerge wrote; None where it has none, as most have.

        Raises:
            ParentError: it cannot be read.
        """
        file = folder / MANIFEST_FILE
        if not file.exists():
            return None
        said = read_object(file, MANIFEST)
        if not {"files", "tensors"} <= said.keys():
            return None  # another program's
        tensors, files, sizes = (_mapping(file, said, k) for k in ("tensors", "files", "sizes"))
        return cls(folder, tensors, files, sizes, said.get("weights_sha256"))

    def check_sizes(self, may_lack: Callable[[str], bool] = lambda _: False) -> None:
        """Check that all files are there, and as long as they were: nothing is read.

        Args:
            may_lack: whether a file may be absent, by its name.

        Raises:
            Unlike: one is not.
        """
        for name in {**self.sizes, **self.files}:
            file = self.folder / name
            if not file.is_file():
                if may_lack(name):
                    continue
                raise self._unlike(name, "is gone, and was there")
            size, was = file.stat().st_size, self.sizes.get(name)
            if name != CARD and was not in (None, size):
                raise self._unlike(name, f"has {size} bytes, and had {was}")

    def check_files(
        self, read: Iterable[str], may_lack: Callable[[str], bool] = lambda _: False
    ) -> None:
        """Check the files without tensors, all of them read.

        Args:
            read: names of files that are there and decide something.
            may_lack: whether a file may be absent, by its name.

        Raises:
            Unlike: one has changed, is gone, or was not there.
        """
        self.check_sizes(may_lack)
        for name, was in self.files.items():
            file = self.folder / name
            if name == CARD or not file.exists():
                continue
            if (found := sha256_of(file, kind_beside(name))) != was:
                raise self._unlike(name, f"has the sha256 {found[:SHOWN]}…, and had {was[:SHOWN]}…")
        for name in read:
            if name not in self.files:
                raise self._unlike(name, "is there, and was not")

    def check_names(self, names: Iterable[str]) -> None:
        """Check that there are the same tensors.

        Raises:
            Unlike: one is gone, or was not there.
        """
        if unlike := sorted({*names} ^ self.tensors.keys()):
            gone = unlike[0] in self.tensors
            raise self._unlike(
                f"the tensor {unlike[0]}",
                "is gone, and was there" if gone else "is there, and was not",
            )

    def check_tensor(self, name: str, digest: str) -> None:
        """Check a tensor by its hash.

        Raises:
            Unlike: it has another one.
        """
        if (was := self.tensors[name]) != digest:
            raise self._unlike(
                f"the tensor {name}", f"has the hash {digest[:SHOWN]}…, and had {was[:SHOWN]}…"
            )

    def check_weights(self, sha256: str) -> None:
        """Check all tensors together, with their types and shapes.

        Raises:
            Unlike: they have changed.
        """
        if self.weights_sha256 not in (None, sha256):
            raise self._unlike("the type or shape of a tensor", "is not what it was")

    def _unlike(self, what: str, how: str) -> Unlike:
        return Unlike(self.folder, f"{what} {how}")


def _mapping(file: Path, said: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = said.get(key, {})
    kind = int if key == "sizes" else str
    if not isinstance(found, dict) or not all(isinstance(one, kind) for one in found.values()):
        raise ParentError(f"{file}: {key} is no mapping of names; get the folder again")
    for name in () if key == "tensors" else found:
        if name.startswith("/") or ".." in name.split("/"):
            raise ParentError(f"{file}: {key} names {name!r}, which is elsewhere; get it again")
    return found
