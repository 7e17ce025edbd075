"""The files of a task's data, looked at before a library opens them.

What reads them is Arrow, which ends the process where JSON is nested too deep, takes minutes for a
table of 100,000 columns, and writes to the disk what a small file unfolds to. Small files of text
are looked through here; larger ones, and those that are no text, are read once in a process of its
own, within its limits.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from evomerge.confined import Confined, Exceeded
from evomerge.errors import RecipeError
from evomerge.reading.file_kind import DATA, OWN_DATA, FileKind
from evomerge.reading.json_text import parse_json
from evomerge.reading.regular import opened, read_lines
from evomerge.score.foreign_code.cause import cause
from evomerge.score.library.beside import is_format, strings_of

READERS = frozenset({"json", "csv", "parquet", "text", "arrow"})
"""Of the readers of `datasets`, those that read files of one table and nothing else. Others open
databases, unpickle, or follow paths that stand in the data."""
SECONDS, MEMORY = 6.0, 1500 * 10**6
"""Of computing, and bytes, for reading all data of a task once."""
SMALL = 10**6
"""Bytes of a file that is looked through here: some 10 ms."""
MOST_COLUMNS = 1000
MOST_BYTES = 2 * 10**9
"""Of all tables in memory, or in `datasets`' cache on the disk."""
_KEY = re.compile(r'"([^"\\]*)"\s*:')
"""A key of an object, in an object or in a list."""
_OF_LOADING = (
    "streaming",
    "split",
    "keep_in_memory",
    "save_infos",
    "num_proc",
    "verification_mode",
)
"""Options of `datasets.load_dataset` that are not its readers'."""
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
    b"PK\x03\x04": "zip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
}
"""How files begin that `datasets` unpacks, whatever they are called."""


def named_data(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every file, folder, pattern and address of data that a task's config names, with its key.

    None of what is the Hub's.
    """
    data = str(config.get("dataset_path") or "")
    if Path(data).exists():
        yield "dataset_path", data
    options = config.get("dataset_kwargs")
    if not isinstance(options, Mapping):
        return
    folder = options.get("data_dir")
    yield from (("data_dir", name) for name in strings_of(folder))
    here = is_format(data) or Path(data).exists()  # else relative names are those of the Hub
    base = folder if isinstance(folder, str) else data if Path(data).is_dir() else ""
    for name in strings_of(options.get("data_files")):
        if here or Path(name).is_absolute() or "://" in name:
            yield "data_files", name if "://" in name else str(Path(base, name))


def check_data(config: Mapping[str, Any], *, trusted: bool) -> None:
    """Check that the data which a task's config names on this machine can be read.

    Args:
        config: with data that lie beside the task found there.
        trusted: whether the user named the task's folder, so that data may be large.

    Raises:
        RecipeError: one is no file, packed, too large, not text, nested too deep, or cannot be
            read within limits.
    """
    files = sorted(data_on_disk(config))
    for file in files:
        _check_file(file, OWN_DATA if trusted else DATA, packed=trusted)
    reader = str(config.get("dataset_path"))
    if not files or trusted or all(_is_harmless(file, reader) for file in files):
        return
    kept = ("dataset_path", "dataset_name", "dataset_kwargs")
    trial = Confined(_read_through, seconds=SECONDS, memory=MEMORY)
    try:
        problem = trial({key: config[key] for key in kept if config.get(key)})
    except Exceeded as error:
        raise RecipeError(
            f"{files[0]}: to read it {error}; or that ends the process, as deeply nested JSON does"
        ) from None
    if problem:
        raise RecipeError(f"{files[0]}: {problem}")


def data_on_disk(config: Mapping[str, Any]) -> set[Path]:
    """The files of data that a task's config names on this machine."""
    found: set[Path] = set()
    for _, name in named_data(config):
        for path in map(Path, [] if "://" in name else glob.glob(name, recursive=True)):
            # A folder's own files are chosen from it by data_files, or else all of them.
            inner = path.rglob("*") if path.is_dir() else [path]
            found.update(one for one in inner if not one.is_dir())
    return found


def _check_file(file: Path, kind: FileKind, *, packed: bool) -> None:
    if file.is_file() and file.stat().st_size > kind.most:
        raise RecipeError(
            f"{file}: larger than the {kind.most // 10**6} MB that a task may read unasked; if you "
            f"trust it, allow it with --include-path {file.parent}"
        )
    with opened(file, kind) as stream:
        head = stream.read(8)
    how = next((name for begins, name in _PACKED.items() if head.startswith(begins)), None)
    if how and not packed:
        raise RecipeError(f"{file}: is packed ({how}); unpack it, and name what was in it")


def _is_harmless(file: Path, reader: str) -> bool:
    """Whether a file is small, and what any reader of it takes in its stride.

    Raises:
        RecipeError: it is JSON that is nested too deep, or holds half a character.
    """
    if file.stat().st_size > SMALL or reader not in ("json", "csv", "text"):
        return False
    if reader == "text":
        return True
    lines = read_lines(file, DATA)
    if reader == "csv":
        return max(map(len, lines), default=0) <= MOST_COLUMNS
    keys = set[str]()
    for number, line in enumerate(lines, 1):
        opening = line.lstrip()[:1]
        if not opening:
            continue
        if opening != "{" or not line.rstrip().endswith("}"):
            return False  # of several lines, which may be right
        parse_json(line, str(file), DATA, number)
        keys.update(_KEY.findall(line))
    return len(keys) <= MOST_COLUMNS


def _read_through(config: Mapping[str, Any]) -> str:
    """What is wrong with data; "" where they are taken. Runs in its own process."""
    import datasets

    datasets.disable_progress_bars()
    named = config["dataset_path"], config.get("dataset_name")
    options = {**(config.get("dataset_kwargs") or {}), "streaming": True}
    kept = {key: value for key, value in options.items() if key not in _OF_LOADING}
    try:
        builder = datasets.load_dataset_builder(*named, **kept)
        reader = type(builder).__module__.rpartition(".")[2]
        if reader not in READERS:
            return f"is read as {reader}, which is none of {', '.join(sorted(READERS))}"
        if outside := _outside(builder, config):
            return f"names a file elsewhere ({outside})"
        splits = datasets.load_dataset(*named, **options)
        return _of_tables(splits.values() if isinstance(splits, Mapping) else [splits])
    except MemoryError:
        raise
    except Exception as error:  # whatever the libraries make of a damaged file
        return f"cannot be read ({cause(error)})"


def _outside(builder: Any, config: Mapping[str, Any]) -> str:
    """A file of data outside of the folder that a task names, as that folder's card may name it."""
    folder = Path(str(config["dataset_path"]))
    files = [str(file) for files in (builder.config.data_files or {}).values() for file in files]
    inside = folder.resolve()
    if not folder.is_dir() or (config.get("dataset_kwargs") or {}).get("data_files"):
        return ""
    return next((one for one in files if not Path(one).resolve().is_relative_to(inside)), "")


def _of_tables(splits: Iterable[Any]) -> str:
    size = 0
    for rows in splits:
        if odd := [name for name, kind in (rows.features or {}).items() if not _is_plain(kind)]:
            return f"{odd[0]} is no text and no number, but files or addresses that stand in it"
        for table in rows.with_format("arrow").iter(1000):
            size += table.nbytes
            if table.num_columns > MOST_COLUMNS:
                return f"has {table.num_columns:,} columns, of which {MOST_COLUMNS:,} are read"
            if size > MOST_BYTES:
                return f"unfolds to more than {MOST_BYTES // 10**9} GB"
    return ""


def _is_plain(feature: Any) -> bool:
    """Whether a column holds what stands in it, and names no file that is then opened."""
    if isinstance(feature, Mapping):
        return all(map(_is_plain, feature.values()))
    if isinstance(feature, list):
        return all(map(_is_plain, feature))
    if hasattr(feature, "feature"):
        return _is_plain(feature.feature)
    return not hasattr(feature, "decode_example")
