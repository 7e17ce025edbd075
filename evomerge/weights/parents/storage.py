"""Models in object storage, read once on each machine into a folder beside the Hub's cache."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evomerge.disk import is_full, sync
from evomerge.errors import EvomergeError, NoRoomError, ParentError
from evomerge.reading.file_kind import BESIDE, WEIGHTS
from evomerge.weights.checkpoint.hub import FOLDERS, NOT_FILES
from evomerge.weights.writing.partial import PartialFolder

PACKAGES = {
    "file": "fsspec",
    "memory": "fsspec",
    "s3": "s3fs",
    "s3a": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "oci": "ocifs",
    "oss": "ossfs",
}
"""What parents are read from, and the package that reads it. Not http: a stranger's recipe could
name any address of the network that it is run in."""

NAME = 40
"""Signs of a model's name in that of its folder."""
KEY = 32
"""Hexadecimal digits of the hash in it."""

Listing = dict[str, dict[str, Any]]
"""What storage says of each file (size, time, tag), by its name in the model's folder."""


def fetch_url(url: str, files: Sequence[str]) -> Path:
    """Download a model, or take it from the folder that it was downloaded to before.

    What storage says of the files is part of the folder's name: another content gets another one.

    Args:
        files: patterns of the files to fetch.

    Raises:
        ParentError: there is no such model, it cannot be read, or a package is missing.
        NoRoomError: the disk has no room for it.
    """
    _check(url)
    try:
        return _fetched(url, files)
    except EvomergeError:
        raise
    except ImportError:
        package = PACKAGES[_scheme(url)]
        raise ParentError(
            f"{url}: needs the package {package}, which is not installed: pip install {package}"
        ) from None
    except FileNotFoundError:
        raise ParentError(f"{url}: there is no such folder") from None
    except Exception as error:  # each storage has errors of its own, for keys, networks, names
        if isinstance(error, OSError) and is_full(error):
            raise NoRoomError(f"{url}: no room for it in {_cache()}; set HF_HUB_CACHE") from None
        reason = (str(error).strip().splitlines() or [""])[0] or type(error).__name__
        raise ParentError(f"{url}: cannot be read ({reason})") from None


def _scheme(url: str) -> str:
    return url.partition("://")[0]


def _check(url: str) -> None:
    """Check that an address names storage, and nothing but a folder in it."""
    scheme, _, place = url.partition("://")
    if scheme not in PACKAGES:
        raise ParentError(
            f"{url}: models are not read from {scheme}://, but {', '.join(PACKAGES)}; download it, "
            "and name the folder"
        )
    user, at, _ = place.rpartition("@")
    if re.search(r"::|[?#*]", place) or (at and ":" in user):
        raise ParentError(
            f"{url}: name a folder alone; keys and settings are read from the environment, as "
            f"{PACKAGES[scheme]} describes them"
        )
    if scheme == "file" and not place.startswith("/"):
        raise ParentError(f"{url}: is no whole path, which is file:///FOLDER")


def _fetched(url: str, files: Sequence[str]) -> Path:
    from fsspec.core import url_to_fs
    from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]

    system, root = url_to_fs(url)
    stored = StoredModel(url, system, root, files)
    listing = stored.listing()
    out = _cache() / f"{_readable(url)}-{_key(url, listing)}"
    if not out.is_dir():
        out.parent.mkdir(parents=True, exist_ok=True)
        with WeakFileLock(out.with_name(f".{out.name}.lock")):  # of many processes one downloads
            if not out.is_dir():
                stored.download(listing, out)
    return out


def _cache() -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE).absolute().with_name("evomerge")


def _readable(url: str) -> str:
    last = url.rstrip("/").rpartition("/")[2]
    return re.sub(r"[^\w.-]", "_", last)[:NAME]


def _key(url: str, listing: Listing) -> str:
    said = "\n".join(f"{name} {entry}" for name, entry in listing.items())
    return hashlib.sha256(f"{url}\n{said}".encode(errors="replace")).hexdigest()[:KEY]


@dataclass(frozen=True)
class StoredModel:
    """A folder of object storage that holds a model."""

    url: str
    system: Any
    """The file system of fsspec that reads it."""
    root: str
    """Its name there."""
    files: Sequence[str]
    """Patterns of the files that are wanted."""

    def listing(self) -> Listing:
        """The files that are wanted, in name order, by the rules of what is taken from the Hub.

        Raises:
            ParentError: there are none, or one is no file of a model.
        """
        self.system.invalidate_cache()
        found = dict(self._entries())
        names = {*_matching(found, self.files, NOT_FILES), *_matching(found, FOLDERS)}
        if not names:
            raise ParentError(f"{self.url}: holds no model (no {', '.join(self.files[:2])})")
        for name in names:
            entry = found[name]
            most = WEIGHTS.most if name.endswith(".safetensors") else BESIDE.most
            if entry["type"] != "file" or entry.get("islink"):
                raise ParentError(
                    f"{self.url}: {name} is a link or no regular file; put the file there"
                )
            if entry["size"] is None or entry["size"] > most:
                raise ParentError(
                    f"{self.url}: {name} has {entry['size']} bytes, too many; download the model, "
                    "and name its folder"
                )
        return {name: found[name] for name in sorted(names)}

    def _entries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the folder and those that belong to a model hold, by names relative to it."""
        for entry in self.system.ls(self.root, detail=True):
            name = _base(entry)
            if entry["type"] != "directory":
                if str(entry["name"]).rstrip("/") == self.root.rstrip("/"):
                    raise ParentError(f"{self.url}: is a file; name the folder that it is in")
                yield name, entry
            elif _matching([f"{name}/a.json", f"{name}/a.jinja"], FOLDERS):
                for inner in self.system.ls(entry["name"], detail=True):
                    yield f"{name}/{_base(inner)}", inner

    def download(self, listing: Listing, out: Path) -> None:
        """Write the files beside their place, sync them, and rename their folder.

        Raises:
            ParentError: they are others than were listed.
            NoRoomError: the disk is too small for them.
        """
        needed, free = sum(e["size"] for e in listing.values()), shutil.disk_usage(out.parent).free
        if needed > free:
            raise NoRoomError(
                f"{self.url}: has {needed} bytes, and {out.parent} has room for {free}; set "
                "HF_HUB_CACHE to a folder on a larger disk"
            )
        partial = PartialFolder(out)
        try:
            for name, entry in listing.items():
                file = partial.path / name
                file.parent.mkdir(exist_ok=True)
                self.system.get_file(entry["name"], str(file))
                sync(file)
            sizes = {name: (partial.path / name).stat().st_size for name in listing}
            listed = {name: entry["size"] for name, entry in listing.items()}
            if sizes != listed or listing != self.listing():
                raise ParentError(f"{self.url}: was changed while it was read; try again")
            for folder in {(partial.path / name).parent for name in listing} | {partial.path}:
                sync(folder)
            os.rename(partial.path, out)
            sync(out.parent)
        finally:
            partial.remove()


def _matching(names: Iterable[str], patterns: Sequence[str], but: Sequence[str] = ()) -> list[str]:
    from huggingface_hub.utils import filter_repo_objects  # type: ignore[attr-defined]

    return [*filter_repo_objects(names, allow_patterns=[*patterns], ignore_patterns=[*but])]


def _base(entry: dict[str, Any]) -> str:
    """The last part of a name, or nothing: keys of storage may be called `..` as well."""
    name = str(entry["name"]).rstrip("/").rpartition("/")[2]
    return "" if name in (".", "..") else name
