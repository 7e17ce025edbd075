"""What a search takes on this machine, found by asking a few offspring some of its questions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from evomerge.drafting.effort import RunPace
from evomerge.errors import TrialError
from evomerge.ledger import Cost, Split, State
from evomerge.recipe import Genome
from evomerge.run.checks.cost import expected_cost
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.items.item import Item
from evomerge.workers.driver import answers
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job

FEW = 24
"""Questions that are asked first, spread over all tasks."""
ENOUGH_S = 5.0
"""Seconds of asking that are enough to know: where the first questions take less, more are asked,
since each takes less time the more there are."""
AROUND_S = 30.0
"""Seconds in which libraries are imported and models opened before a run, and its winner is written
and loaded by transformers after it."""


def measure_pace(prepared: Prepared, device: torch.device) -> RunPace:
    """Time an offspring, from making it to its last answer, and what else a run does by that.

    Args:
        prepared: a recipe with genes.

    Raises:
        TrialError: the offspring gives values that are not finite.
    """
    cost, sample = _timed(prepared, device)
    tokens = sum(request.most_tokens for item in sample for request in item.requests)
    token_s = (cost.forward_s + cost.other_s) / tokens
    expected = expected_cost(prepared)
    answered = expected.parents_tokens + expected.last_race_tokens + expected.proof_tokens
    made = len(prepared.parents) + prepared.evolve.elites + 2
    return RunPace(
        candidate_s=cost.merge_s + expected.candidate_tokens * token_s,
        besides_s=AROUND_S + made * cost.merge_s + answered * token_s,
        questions=len(sample),
    )


def _timed(prepared: Prepared, device: torch.device) -> tuple[Cost, Sequence[Item]]:
    """What an offspring takes that is asked some search items, and which."""
    items = prepared.benchmark.items(Split.SEARCH)
    few = _spread(items, FEW)
    with LocalWorkers(device).for_parents(prepared.parents, prepared.tokenizer) as running:
        _cost(running, prepared, 0.25, few)  # kernels are compiled, and caches filled
        cost = _cost(running, prepared, 0.5, few)
        affordable = int(len(few) * ENOUGH_S / max(cost.wall_s, 1e-3))
        if len(few) == len(items) or affordable < 2 * len(few):
            return cost, few
        more = _spread(items, affordable)
        return _cost(running, prepared, 0.75, more), more


def _spread(items: Sequence[Item], count: int) -> Sequence[Item]:
    """At most so many of the items, evenly spread over them."""
    return items[:: math.ceil(len(items) / count)]


def _cost(running: LocalWorkers, prepared: Prepared, share: float, items: Sequence[Item]) -> Cost:
    """What the offspring takes all of whose genes are at this share of their ranges."""
    genome = Genome(prepared.recipe)
    job = Job(0, genome.decode([share] * len(genome)), [item.requests for item in items])
    (answer,) = answers(running, [job])
    if answer.state is not State.SCORED:
        raise TrialError(f"a merge of the fine-tunes cannot be scored: {answer.reason}")
    return answer.cost
