"""What is wrong with a task's data, told by what the data have."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import UndefinedError

from evomerge.errors import RecipeError
from evomerge.score.foreign_code.cause import cause
from evomerge.score.library.data_files import data_on_disk

_SPLITS = ("test_split", "validation_split", "training_split", "fewshot_split")


@contextlib.contextmanager
def telling_of_data(task_class: Any) -> Iterator[None]:
    """Have splits and fields that a task's data lack told with those that there are.

    Args:
        task_class: lm-eval's, whose tasks are loaded meanwhile.

    Raises:
        RecipeError: in place of an error of the libraries that says less.
    """
    begun: list[Any] = []
    loaded: list[Any] = []
    download = task_class.download

    def noting(task: Any, *args: Any, **named: Any) -> None:
        begun.append(task)
        download(task, *args, **named)
        loaded.append(task)

    task_class.download = noting
    try:
        yield
    except StopIteration as error:  # all that datasets says
        which = _empty_file(begun[-1]) if begun else None
        raise RecipeError(
            f"cannot be loaded ({which or 'a file of its data'} is empty); fill it, or take it out "
            "of the task's file"
        ) from error
    except (LookupError, ValueError, UndefinedError) as error:
        told = _told(error, loaded[-1]) if loaded else ""
        if not told:
            raise
        raise RecipeError(told) from error
    finally:
        task_class.download = download


def _told(error: Exception, task: Any) -> str:
    """What an error has to do with the data of a task; "" where nothing can be said."""
    data = task.dataset
    if "split" in (task.config.dataset_kwargs or {}) and not isinstance(data, Mapping):
        return "takes one split out of its data (dataset_kwargs: split); leave that key out"
    if isinstance(error, ValueError):
        return ""
    missing = error.args[0] if error.args else None
    keys = [key for key in _SPLITS if getattr(task.config, key, None) == missing]
    if keys and isinstance(data, Mapping) and missing not in data:
        name = "; data_files: {NAME: FILE} gives files a name" if [*data] == ["train"] else ""
        return f"its data have no split {missing!r} ({keys[0]}), but {', '.join(data)}{name}"
    rows = _asked(task)
    if rows is not None and not len(rows):
        return "its data have no rows to ask"
    fields = getattr(rows, "column_names", None)
    if not isinstance(fields, list) or missing in fields:
        return ""
    return f"cannot be loaded ({cause(error)}); its data have the fields {', '.join(fields)}"


def _empty_file(task: Any) -> Path | None:
    """The first empty one of the files that a task names."""
    files = sorted(data_on_disk(vars(task.config)))
    return next((file for file in files if not file.stat().st_size), None)


def _asked(task: Any) -> Any:
    """The rows that a task asks, before it makes anything of them."""
    split = task.config.test_split or task.config.validation_split
    return task.dataset.get(split) if isinstance(task.dataset, Mapping) else None
