"""Settings of a task file that are dropped without a word when the task is built."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from evomerge.reading.file_kind import TASK
from evomerge.reading.regular import read_text

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def dropped_examples(task: Any) -> Iterator[str]:
    """Few-shot settings that lm-eval does not obey.

    Args:
        task: an lm-eval task.
    """
    config, shots = task.config.fewshot_config, task.config.num_fewshot
    if task.OUTPUT_TYPE == "loglikelihood_rolling" and shots:
        yield f"its {shots} examples are dropped: the likelihood of a text is that of it alone"
    cure = "write out those that you mean, fewshot_config: {samples: [...]}"
    if config.fewshot_indices:
        indices = [*config.fewshot_indices]
        how = "the first ones" if config.sampler == "first_n" else "drawn by chance"
        yield (
            f"fewshot_indices ({indices}) are dropped by lm-eval: "
            + (f"its {shots} examples are {how}; {cure}" if shots else "num_fewshot is 0")
        )
    if config.split is not None and config.samples is not None:
        yield (
            f"its examples come from the split {config.split!r}, and the samples of fewshot_config "
            "are dropped; remove one of the two"
        )


def repeated_keys(file: Path) -> Iterator[str]:
    """Keys that stand twice in a task file or in one that it includes, of which lm-eval takes the
    last.
    """
    waiting, seen = [file.resolve()], set[Path]()
    while waiting:
        path = waiting.pop()
        if path in seen or not os.path.isfile(path):
            continue
        seen.add(path)
        root = yaml.compose(read_text(path, TASK), Loader=_Loader)
        for key, first, line in _repeated(root):
            yield (
                f"{path}:{line}: the key {key!r} stands twice, in line {first} as well; the last "
                "one holds: remove the other"
            )
        waiting += [(path.parent / name).resolve() for name in _includes(root)]


def _repeated(root: yaml.Node | None) -> Iterator[tuple[str, int, int]]:
    """Each key that a mapping has before, with the lines of both. Aliases are followed once."""
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        if isinstance(node, yaml.MappingNode):
            lines: dict[str, int] = {}
            for key, value in node.value:
                name, line = str(key.value), key.start_mark.line + 1
                if name in lines:
                    yield name, lines[name], line
                lines[name] = line
                waiting.append(value)


def _includes(root: yaml.Node | None) -> list[str]:
    """The files that a task file includes, as it names them."""
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    found = []
    for key, value in pairs:
        if key.value == "include":
            nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
            found += [str(node.value) for node in nodes]
    return found
