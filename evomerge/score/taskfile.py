"""lm-eval task files: found, read as data, and checked for code before anything is run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import datasets
import yaml

from evomerge.errors import RecipeError
from evomerge.zoo import TASKS as ZOO_TASKS

FUNCTION_TAG = "!function"

_JUDGING = (
    "output_type",
    "doc_to_target",
    "doc_to_choice",
    "process_results",
    "filter_list",
    "metric_list",
)
"""The keys of a task file that say what becomes of an answer."""

_BLANK_LINES = re.compile(r"\n\s*\n")
_PERPLEXITIES = ("bits_per_byte", "byte_perplexity", "word_perplexity")


class _Loader(yaml.SafeLoader):
    """Reads `!function` as a mark, and runs nothing."""


class CodeReference(str):
    """The name behind a `!function`: Python code beside the file."""


def _construct_reference(loader: _Loader, node: yaml.ScalarNode) -> CodeReference:
    return CodeReference(loader.construct_scalar(node))


_Loader.add_constructor(FUNCTION_TAG, _construct_reference)


def find_task_file(task: str, include_paths: Sequence[Path]) -> Path | None:
    """The file of a task given as a file, by a zoo name, or by a name found on an include path.

    None where it must be one of lm-eval's own.

    Raises:
        RecipeError: a file that does not exist.
    """
    if task.endswith((".yaml", ".yml")):
        if not Path(task).is_file():
            raise RecipeError(f"task {task}: no such file")
        return Path(task).resolve()
    for folder in (ZOO_TASKS, *include_paths):
        for path in sorted(folder.glob("**/*.yaml")):
            try:
                if read_task_file(path).get("task") == task:
                    return path.resolve()
            except RecipeError:
                continue  # another file's mistake is not this task's
    return None


def read_task_file(path: Path, _above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """A task file and what it includes, as plain values.

    Raises:
        RecipeError: it cannot be read, or includes itself.
    """
    path = path.resolve()
    if path in _above:
        raise RecipeError(f"{path}: includes itself")
    try:
        with path.open(encoding="utf-8") as stream:
            config = yaml.load(stream, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise RecipeError(f"{path}: not a readable task file ({error})") from None
    if not isinstance(config, dict):
        raise RecipeError(f"{path}: a task file is a mapping of keys to values")
    includes = config.pop("include", [])
    merged: dict[str, Any] = {}
    for include in includes if isinstance(includes, list) else [includes]:
        merged.update(read_task_file(path.parent / str(include), (*_above, path)))
    return {**merged, **config}


def refuse_code(path: Path, config: dict[str, Any], include_paths: Sequence[Path]) -> bool:
    """Whether the task runs code of its own, which only an include path allows.

    Raises:
        RecipeError: it does, and stands on no include path.
    """
    reference = next(_references(config), None)
    if reference is None:
        return False
    if not any(path.is_relative_to(folder.resolve()) for folder in include_paths):
        raise RecipeError(
            f"{path}: runs Python code when loaded ({FUNCTION_TAG} {reference}); "
            f"if you trust it, allow it with --include-path {path.parent}"
        )
    return True


def judging_hash(path: Path, config: dict[str, Any]) -> str:
    """sha256 over how a task file has answers judged, and over the code beside it that it names."""
    words = {key: config.get(key) for key in _JUDGING}
    sha256 = hashlib.sha256(yaml.dump(words).encode())  # aliases stay what they are
    modules = {path.parent / f"{name.partition('.')[0]}.py" for name in _references(config)}
    for module in sorted(modules):
        sha256.update(module.read_bytes() if module.is_file() else b"")
    return sha256.hexdigest()


def _references(config: dict[str, Any]) -> Iterator[str]:
    """Every `!function`. Aliases may make a file of few lines large: each node is seen once."""
    seen: dict[int, Any] = {}
    waiting: list[Any] = [config]
    while waiting:
        node = waiting.pop()
        if isinstance(node, CodeReference):
            yield str(node)
        if isinstance(node, dict | list) and id(node) not in seen:
            seen[id(node)] = node
            waiting += node.values() if isinstance(node, dict) else node


def text_task(path: Path) -> dict[str, Any]:
    """A task whose items are a text's paragraphs, and whose metrics are their perplexities.

    Paragraphs are separated by blank lines.

    Raises:
        RecipeError: the file cannot be read as UTF-8 text, or holds none.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise RecipeError(f"cannot be read ({error})") from None
    paragraphs = [part.strip("\n") for part in _BLANK_LINES.split(text) if part.strip()]
    if not paragraphs:
        raise RecipeError("holds no text")
    rows = datasets.Dataset.from_dict({"text": paragraphs})
    return {
        "task": path.stem,
        "custom_dataset": lambda: {"test": rows},
        "test_split": "test",
        "output_type": "loglikelihood_rolling",
        "doc_to_text": "",
        "doc_to_target": "text",
        "metric_list": [{"metric": metric} for metric in _PERPLEXITIES],
    }


def data_folder(path: Path, config: dict[str, Any]) -> Path:
    """Where the task's relative data files are: the working directory, else beside the task."""
    options = config.get("dataset_kwargs")
    files = _strings(options.get("data_files") if isinstance(options, dict) else None)
    beside = [f for f in files if (path.parent / f).exists()]
    missing = [f for f in files if not Path(f).exists()]
    return path.parent if beside and missing else Path.cwd()


def _strings(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [text for child in children for text in _strings(child)]
