"""What is released is what was proved: the folder that was written answers as was recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from evomerge.engine.request import (
    Generated,
    Generation,
    Likelihood,
    Likely,
    Request,
    Response,
    from_plain,
)
from evomerge.ledger import Split
from evomerge.merge.folder.verification import AnswerAfresh, VerificationError, ask_afresh
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.weights import Checkpoint

SAMPLE = 12
"""Sealed items that the folder is asked."""
TOLERANCE = {torch.float32: 2e-3, torch.float16: 3e-2, torch.bfloat16: 0.25}
"""By how much a token's log-probability, or its lead over the next likeliest, may differ where
texts are read alone and not in a batch: products of other shapes round otherwise."""
ROUNDINGS = 4
"""Roundings of a log-likelihood's own size that it may differ by besides: those of a path's live
scales are not those of the weights that they are folded into."""

UNFINISHED = "\ufffd"
PIECES = 3
"""Most tokens that the beginning of a character may take before its text shows."""


@dataclass(frozen=True)
class Probe:
    """A request, and what was recorded as its answer."""

    item: Item
    request: Request
    recorded: Response


def verifier(
    evaluations: Evaluations,
    benchmark: Benchmark,
    winner: Offspring,
    device: torch.device,
    items: int = SAMPLE,
) -> Callable[[Path], None]:
    """What checks the winner's folder before it has its name.

    Args:
        items: how many of the sealed items the folder is asked.

    Raises, when it is called:
        VerificationError: transformers cannot load the folder, or it answers otherwise.
    """

    def verify(folder: Path) -> None:
        asked = [*_sample(evaluations, benchmark, winner, items)]
        answers = ask_afresh(folder, [one.request for one in asked], device.type)
        dtype = _dtype(folder)
        for one, answer in zip(asked, answers, strict=True):
            if differs := _difference(one, answer, dtype):
                raise VerificationError(
                    f"the winner that was written answers otherwise than the one that was scored: "
                    f"{one.item.task}, item {one.item.id}: {differs}"
                )

    return verify


def _sample(
    evaluations: Evaluations, benchmark: Benchmark, winner: Offspring, size: int
) -> Iterator[Probe]:
    """Some of the sealed items, from every task, chosen by the hash of their names."""
    kept = evaluations.results(winner.digest, Split.TEST).answers
    by_task: dict[str, list[Item]] = {}
    for item in sorted(benchmark.items(Split.TEST), key=lambda item: _rank(item)):
        if item.key in kept:
            by_task.setdefault(item.task, []).append(item)
    each = max(1, size // max(1, len(by_task)))
    for item in (item for items in by_task.values() for item in items[:each]):
        for request, recorded in zip(item.requests, from_plain(kept[item.key]), strict=True):
            # What was drawn by counted chance is drawn by nobody else.
            if not (isinstance(request, Generation) and request.sampling):
                yield Probe(item, request, recorded)


def _rank(item: Item) -> bytes:
    return hashlib.sha256(repr(item.key).encode()).digest()


def _dtype(folder: Path) -> torch.dtype:
    types = {spec.dtype for spec in Checkpoint(folder).specs.values()} & TOLERANCE.keys()
    return max(types, key=TOLERANCE.__getitem__, default=torch.float32)


def _difference(asked: Probe, answer: AnswerAfresh, dtype: torch.dtype) -> str:
    """In what an answer differs from the recorded one; "" where it does not."""
    recorded, tolerance = asked.recorded, TOLERANCE[dtype]
    if isinstance(recorded, Likely):
        assert isinstance(asked.request, Likelihood)
        found = answer.logprob
        rounded = ROUNDINGS * torch.finfo(dtype).eps * abs(recorded.logprob)
        if abs(found - recorded.logprob) <= tolerance * max(1, asked.request.scored) + rounded:
            return ""
        return f"a log-likelihood of {found:.4f}, not {recorded.logprob:.4f}"
    assert isinstance(recorded, Generated)
    texts = answer.texts
    said = texts[-1] if texts else ""
    if said == recorded.text:
        return ""
    # Part of a character is shown as U+FFFD.
    begun = (recorded.text.startswith(text.rstrip(UNFINISHED)) for text in texts)
    turn = next((n for n, fits in enumerate(begun) if not fits), len(texts) - 1)
    thought = isinstance(asked.request, Generation) and asked.request.thought is not None
    first = 0 if thought else max(0, turn - PIECES)  # a thought may have gone another way
    if texts and min(answer.leads[first : turn + 1]) <= tolerance:
        return ""  # two tokens are equally likely, to a rounding
    return f"{said[:80]!r}, not {recorded.text[:80]!r}"
