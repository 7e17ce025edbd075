"""Task files of lm-eval's, drawn by a seed: of every kind, and of as many folders as there are."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evomerge.errors import RecipeError
from evomerge.score.library.members import OWN_TASKS
from evomerge.score.library.task_file import read_task_file, references

_SPLITS = ("training_split", "validation_split", "test_split", "fewshot_split")


def kind_of(config: Mapping[str, Any]) -> str:
    """The kind of a task file."""
    if "class" in config:
        return "class"
    if "group" in config:
        return "group"
    if not isinstance(config.get("task"), str):
        return "no task"
    if any(config.get(key) for key in ("doc_to_image", "doc_to_audio")):
        return "images, sounds"
    code = ", code" if next(references(config), None) else ""
    return f"{config.get('output_type', 'generate_until')}{code}"


def draw(count: int, seed: int) -> list[tuple[Path, dict[str, Any]]]:
    """Task files: of each kind in turn, and within a kind of each folder in turn."""
    chance = random.Random(seed)
    paths = sorted(OWN_TASKS.glob("**/*.yaml"))
    chance.shuffle(paths)
    waiting: defaultdict[str, defaultdict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for path in paths:
        try:
            config = read_task_file(path)
        except RecipeError:
            config = {}
        waiting[kind_of(config)][path.relative_to(OWN_TASKS).parts[0]].append((path, config))
    queues = [_in_turn([*homes.values()]) for _, homes in sorted(waiting.items())]
    return _in_turn(queues)[:count]


def _in_turn(piles: Sequence[list[Any]]) -> list[Any]:
    """The first one of each pile, then the second one of each, and so on."""
    longest = max(map(len, piles))
    return [pile[n] for n in range(longest) for pile in piles if len(pile) > n]


def splits_of(config: Mapping[str, Any]) -> list[str]:
    """The splits that a task asks for, and the usual ones."""
    fewshot = config.get("fewshot_config")
    more = fewshot.get("split") if isinstance(fewshot, Mapping) else None
    named = [config.get(key) for key in _SPLITS] + [more, "train", "validation", "test"]
    return list(dict.fromkeys(name for name in named if isinstance(name, str)))
