"""Whether a folder is what its manifest says, file by file, tensor by tensor, and nothing else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from evomerge.errors import EvomergeError, ParentError
from evomerge.reading.file_kind import BESIDE, kind_beside
from evomerge.reading.manifest import MANIFEST_FILE, SHOWN, Manifest
from evomerge.reading.regular import require_inside, sha256_of
from evomerge.weights import Checkpoint

UNLISTED = frozenset({".gitattributes", "report.html"})
"""Files that come with a model from the Hub and stand in no manifest; they decide nothing."""
CACHE = ".cache"
"""Folder that the Hub's library keeps its notes in beside a download."""
METADATA = {"format": "pt"}
"""What stands in a file of tensors beside them."""


def damage(folder: Path) -> list[str]:
    """All that is wrong with a folder that evomerge wrote, each with the file's name.

    Every file is read, the card too, which other readers let be edited.
    """
    if folder.is_symlink() or not folder.is_dir():
        return [f"{folder} is a link, or no folder"]
    try:
        manifest = Manifest.of(folder)
    except ParentError as error:
        return [str(error)]
    if manifest is None:
        return [f"{MANIFEST_FILE} is not there, or another program's"]
    names = {MANIFEST_FILE, *manifest.files, *manifest.sizes}
    found = [*_entries(folder, names), *_files(manifest)]
    return found or [*_tensors(manifest)]


def unlisted(folder: Path) -> list[str]:
    """Files that the manifest does not name and that are let be."""
    return sorted(name for name in UNLISTED if (folder / name).exists())


def _entries(folder: Path, names: set[str]) -> Iterator[str]:
    """What there is that may not be there: links, pipes, files that nobody wrote."""
    for path, folders, files in os.walk(folder):
        here = Path(path)
        if here == folder and CACHE in folders and not (here / CACHE).is_symlink():
            folders.remove(CACHE)
        for name in sorted([*folders, *files]):
            entry = here / name
            place = entry.relative_to(folder).as_posix()
            if entry.is_symlink() and not _is_of_the_hub(folder, entry):
                yield f"{place} is a link"
            elif name in files and not stat.S_ISREG(entry.stat().st_mode):
                yield f"{place} is a pipe, a device or a socket"
            elif name in files and place not in names | UNLISTED:
                yield f"{place} is there, and was not when the folder was written"


def _is_of_the_hub(folder: Path, entry: Path) -> bool:
    """Whether a link is one that the Hub's cache consists of."""
    if folder.resolve().parent.name != "snapshots":
        return False
    try:
        require_inside(folder, entry, BESIDE)
    except ParentError:
        return False
    return entry.is_file()


def _files(manifest: Manifest) -> Iterator[str]:
    for name in sorted({*manifest.files, *manifest.sizes}):
        file = manifest.folder / name
        if not os.path.isfile(file):
            yield f"{name} is gone"
            continue
        size, was = file.stat().st_size, manifest.sizes.get(name)
        if was not in (None, size):
            yield f"{name} has {size} bytes, and had {was}"
        elif (sha256 := manifest.files.get(name)) is not None:
            try:
                found = sha256_of(file, kind_beside(name))
            except ParentError as error:
                yield str(error)
                continue
            if found != sha256:
                yield f"{name} has the sha256 {found[:SHOWN]}…, and had {sha256[:SHOWN]}…"


def _tensors(manifest: Manifest) -> Iterator[str]:
    """What differs in tensors, once all small files are what they were."""
    try:
        checkpoint = Checkpoint(manifest.folder)
        manifest.check_names(checkpoint.specs)
        for name in checkpoint.specs:
            if (found := checkpoint.digest(name)) != (was := manifest.tensors[name]):
                yield f"the tensor {name} has the hash {found[:SHOWN]}…, and had {was[:SHOWN]}…"
        if manifest.weights_sha256 is None:
            yield f"{MANIFEST_FILE} does not name the hash of the weights"
        elif checkpoint.content_hash != manifest.weights_sha256:
            yield "the type or shape of a tensor is not what it was"
        yield from _around(checkpoint, manifest)
    except EvomergeError as error:
        yield str(error)


def _around(checkpoint: Checkpoint, manifest: Manifest) -> Iterator[str]:
    """What no hash of a file or a tensor covers."""
    for name, said in checkpoint.metadata.items():
        if said != METADATA:
            yield f"{name} says {said} beside its tensors, and said {METADATA}"
    for name in sorted(manifest.sizes.keys() - manifest.files.keys() - checkpoint.metadata.keys()):
        yield f"{name} has a size in {MANIFEST_FILE}, and no hash"
