"""Long runs of words that texts share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evomerge.score.wording.grams import Grams, hashes
from evomerge.score.wording.labels import without_labels
from evomerge.score.wording.spelling.tokens import BREAK, canonical, is_character, tokens

RUN = 25
"""Words in a row that no two questions share by chance; of scripts without spaces, twice as many
characters."""

Places = NDArray[np.int64]

_BASE = np.uint64(0x9E3779B97F4A7C15)


def shared_runs(texts: Sequence[str], tasks: Sequence[str]) -> list[list[int]]:
    """Find the texts that have long runs of words in common.

    A run that more than half of a task's texts have is an instruction to them, and neither it nor
    any run that reaches into it links them.

    Args:
        tasks: the task of each text.

    Returns:
        Sets of two or more numbers of texts; a text may be in several.
    """
    runs, lengths = [], []
    for text in texts:
        found, length = _runs(text)
        runs.append(found)
        lengths.append(length)
    if not runs:
        return []
    place = np.repeat(np.arange(len(texts)), [len(found) for found in runs])
    run = np.unique(np.concatenate(runs), return_inverse=True)[1]
    common = _common(run, place, tasks)
    parts = np.split(common, np.flatnonzero(np.diff(place)) + 1) if len(place) else []
    lengths = [length for length, found in zip(lengths, runs, strict=True) if len(found)]
    apart = [~_near(part, length) for part, length in zip(parts, lengths, strict=True)]
    own = np.concatenate([np.empty(0, bool), *apart])
    return _together(np.unique(run[own] * len(texts) + place[own]), len(texts))


def _runs(text: str) -> tuple[Grams, int]:
    """The hash of each run of a text, in their order, and how long such a run is."""
    words = [token for token in tokens(without_labels(canonical(text))) if token != BREAK]
    characters = sum(map(is_character, words))
    length = RUN if 2 * characters < len(words) else 2 * RUN
    here = hashes(words)
    starts = max(len(words) - length + 1, 0)
    runs = np.zeros(starts, np.uint64)
    for place in range(length):
        runs = runs * _BASE + here[place : place + starts]
    return runs, length


def _common(run: Places, place: Places, tasks: Sequence[str]) -> NDArray[np.bool_]:
    """Which runs more than half of the texts of their own text's task have."""
    task = np.unique(np.array(tasks), return_inverse=True)[1]
    each, by = np.divmod(np.unique(run * len(tasks) + place), len(tasks))
    of_task = run * len(tasks) + task[place]
    known, counts = np.unique(each * len(tasks) + task[by], return_counts=True)
    common: NDArray[np.bool_] = (
        2 * counts[np.searchsorted(known, of_task)] > np.bincount(task)[task[place]]
    )
    return common


def _near(common: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Which runs of a text have a word in a common one."""
    before = np.concatenate([np.zeros(length, np.int64), common.cumsum()])
    until = np.concatenate([common.cumsum(), np.full(length, common.sum())])
    near: NDArray[np.bool_] = until[length - 1 : -1] > before[: len(common)]
    return near


def _together(each: Places, texts: int) -> list[list[int]]:
    """The sets of texts that have a run in common, each once.

    Args:
        each: sorted, a number for each run in each text: run * texts + text.
    """
    run, place = np.divmod(each, texts)
    starts = np.flatnonzero(np.diff(run, prepend=-1))
    sets = {tuple(part.tolist()) for part in np.split(place, starts[1:]) if len(part) > 1}
    return [list(found) for found in sorted(sets)]
