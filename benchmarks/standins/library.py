"""In the place of `datasets.load_dataset`: rows that stand in, for whatever is asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

import datasets

from benchmarks.standins.shape import Shape, rows_of
from evomerge.score.foreign_code.chance import seeded

ROWS = 8


def stand_in(columns: dict[str, Shape], splits: list[str]) -> datasets.DatasetDict:
    """A data set with these columns and splits; every row of it is another one."""
    return datasets.DatasetDict(
        {
            split: datasets.Dataset.from_list(rows_of(columns, ROWS, 100 * number))
            for number, split in enumerate(splits)
        }
    )


@contextlib.contextmanager
def standing_in(columns: dict[str, Shape], splits: list[str]) -> Iterator[None]:
    """Have every data set that is loaded be one that stands in."""

    def load_dataset(*_: Any, split: str | None = None, **__: Any) -> Any:
        data = stand_in(columns, splits)
        return data if split is None else data[split if split in data else splits[0]]

    plain, mapped = datasets.Dataset.filter, datasets.Dataset.map

    def alike(rows: Any, *args: Any, **named: Any) -> Any:
        with seeded(0, 0):  # rows on the disk are mapped once, and remembered
            return mapped(rows, *args, **{**named, "num_proc": None})

    def filtered(rows: Any, *args: Any, **named: Any) -> Any:
        left = plain(rows, *args, **named)
        return left if len(left) else rows  # no row that stands in may be of the part that is asked

    with (
        mock.patch.object(datasets, "load_dataset", load_dataset),
        mock.patch.object(datasets.Dataset, "filter", filtered),
        mock.patch.object(datasets.Dataset, "map", alike),
    ):
        yield
