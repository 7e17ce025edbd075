"""What a worker answered, judged: a part of a trial, scored or failed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, replace

from evomerge.errors import TrialError
from evomerge.ledger import ItemScore, Part, Split, State
from evomerge.run.sheet import Wanted
from evomerge.score.benchmark import Benchmark
from evomerge.score.item import Item
from evomerge.score.request import Likely, to_plain
from evomerge.workers.protocol import Answer


def part_of(
    benchmark: Benchmark,
    wanted: Wanted,
    split: Split,
    answer: Answer,
    items: Sequence[Item],
    prompts: str,
    before: Sequence[ItemScore],
) -> Part:
    """Judge an answer.

    Args:
        items: that were asked.
        prompts: the hash of what was to be asked for them.
        before: what is known of the offspring on other items.
    """
    part = Part(
        digest=wanted.digest,
        split=split.value,
        state=answer.state,
        reason=answer.reason,
        cost=answer.cost,
        worker=answer.worker,
    )
    if answer.state is not State.SCORED:
        return part
    if answer.prompts != prompts:
        return replace(part, state=State.FAILED, reason="was asked other prompts than intended")
    if not _finite(answer):
        return replace(part, state=State.FAILED, reason="a log-likelihood is not finite")
    try:
        scores = benchmark.grade(items, answer.responses)
        benchmark.require_counting([*before, *scores], split)
        audits = {}
        if split is not Split.SEARCH:
            audits = benchmark.audit(items, answer.responses, scores)
    except TrialError as error:
        return replace(part, state=State.FAILED, reason=str(error))
    part = replace(part, scores=scores)
    if wanted.place is None or split is not Split.SEARCH:
        pairs = zip(items, answer.responses, strict=True)
        part = replace(part, answers={item.key: to_plain(said) for item, said in pairs})
    return replace(part, audit={task: asdict(audit) for task, audit in audits.items()})


def _finite(answer: Answer) -> bool:
    """Whether all that was answered are numbers: of choices that are all NaN, one is taken."""
    responses = (response for item in answer.responses for response in item)
    return all(math.isfinite(r.logprob) for r in responses if isinstance(r, Likely))
