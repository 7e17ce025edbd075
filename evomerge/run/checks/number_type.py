"""Whether this processor multiplies numbers of an offspring's type, or only imitates it."""

from __future__ import annotations

import time
from collections import Counter

import torch

from evomerge.device import choose_device
from evomerge.merge.making.blend import Blender
from evomerge.merge.plan.plan import make_plan
from evomerge.recipe import Genome
from evomerge.run.preparation.preflight import Prepared

SLOW = 2.0
"""From so many times float32's time on it is worth a word."""
ROWS, WIDTH, TRIES = 64, 512, 5


def number_type_note(prepared: Prepared) -> str:
    """What is to be said of the type in which candidates answer; empty where nothing is."""
    if choose_device(None).type != "cpu":
        return ""
    kind = type_of(prepared)
    return "" if kind.itemsize > 2 else note_of(kind, slowdown(kind))


def note_of(kind: torch.dtype, times: float) -> str:
    """The note, where one is due.

    Args:
        times: by which products of this type take longer than those of float32.
    """
    if times < SLOW:
        return ""
    name = str(kind).removeprefix("torch.")
    return (
        f"caution: dtype: this processor takes {times:.0f} times as long to multiply {name} as "
        "float32 (measured just now); `dtype: float32` answers that much sooner, with twice the "
        "memory and twice the size of the winner"
    )


def slowdown(kind: torch.dtype) -> float:
    """By how many times a product of this type takes longer than one of float32, of processor
    time.
    """
    return _seconds(kind) / _seconds(torch.float32)


def _seconds(kind: torch.dtype) -> float:
    """Of the fastest of some products as a layer has them, over all threads."""
    rows, weight = torch.ones(ROWS, WIDTH, dtype=kind), torch.ones(WIDTH, WIDTH, dtype=kind)
    took = []
    for _ in range(TRIES):
        began = time.process_time()
        torch.nn.functional.linear(rows, weight)
        took.append(time.process_time() - began)
    return max(min(took), 1e-9)


def type_of(prepared: Prepared) -> torch.dtype:
    """That most numbers of an offspring have."""
    genome = Genome(prepared.recipe)
    start, parents = genome.decode(genome.start).unrouted, prepared.parents
    plan = make_plan(start, parents)
    blender = Blender(start, plan, parents, torch.device("cpu"))
    specs = [blender.spec(operation) for operation in plan.operations]
    numbers = Counter[torch.dtype]()
    for spec in specs:
        numbers[spec.dtype] += spec.numel
    return numbers.most_common(1)[0][0]
