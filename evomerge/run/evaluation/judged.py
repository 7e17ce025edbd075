"""What one evaluation brings to a trial: an answer checked, graded and audited."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from evomerge.engine.request import Likely, Request, to_plain
from evomerge.errors import TrialError
from evomerge.ledger import ItemKey, ItemScore, Part, Split, State
from evomerge.recipe.evolve import KEEP, KeepAnswers
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.evaluation.results import Results
from evomerge.run.evaluation.split_items import SplitItems
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.workers.protocol import Answer, Job


@dataclass(frozen=True)
class Begun:
    """An evaluation under way."""

    benchmark: Benchmark
    offspring: Offspring
    split: Split
    chosen: Sequence[int]
    """Which of the split's items are asked."""
    items: Sequence[Item]
    """They themselves."""
    requests: Sequence[Sequence[Request]]
    """Of all items of the split."""
    prompts: str
    """The hash of what is to be asked for them, in this order."""
    known: Sequence[ItemScore]
    """What was known of the offspring on this split when it began."""
    keep: KeepAnswers = KEEP
    """Which answers are."""

    def job(self, key: int) -> Job:
        """What a worker is to do."""
        offspring = self.offspring
        return Job(key, offspring.recipe, self.requests, self.chosen, offspring.digest)

    def counts_with(self, scores: Sequence[ItemScore]) -> bool:
        """Whether each task has an item that counts, with these scores of the items."""
        try:
            self.benchmark.require_counting([*self.known, *scores], self.split)
        except TrialError:
            return False
        return True


def left_of(
    benchmark: Benchmark,
    offspring: Offspring,
    split: Split,
    items: SplitItems,
    results: Results,
    keys: Sequence[ItemKey] | None,
    early: Sequence[ItemScore],
) -> Begun | None:
    """What is left to ask of an offspring; None where that is nothing, or it failed.

    Args:
        items: of the split.
        results: what is on record of it.
        keys: what is to be known; all of the split by default.
        early: scores beyond those on record.
    """
    there = {score.key for score in early}
    missing = results.missing(items.keys if keys is None else keys)
    missing = [key for key in missing if key not in there] if there else missing
    if not missing or results.failure is not None:
        return None
    chosen, asked = items.places(missing)
    known, prompts = [*results.scores.values(), *early], items.prompts(chosen)
    return Begun(benchmark, offspring, split, chosen, asked, items.requests, prompts, known)


def judged(begun: Begun, answer: Answer) -> Part:
    """The part of a trial that an answer is, whatever came of it.

    Raises:
        Stopped: a judge cannot be reached.
    """
    offspring, split, items, benchmark = begun.offspring, begun.split, begun.items, begun.benchmark
    part = Part(
        digest=offspring.digest,
        split=split.value,
        state=answer.state,
        reason=answer.reason,
        cost=answer.cost,
        worker=answer.worker,
    )
    if answer.state is not State.SCORED:
        return part
    if answer.prompts != begun.prompts:
        return replace(part, state=State.FAILED, reason="was asked other prompts than intended")
    if not _finite(answer):
        return replace(part, state=State.FAILED, reason="a log-likelihood is not finite")
    try:
        scores = benchmark.grade(items, answer.responses)
        benchmark.require_counting([*begun.known, *scores], split)
        audits = {}
        if split is not Split.SEARCH:
            audits = benchmark.audit(items, answer.responses, scores)
    except TrialError as error:
        return replace(part, state=State.FAILED, reason=str(error))
    part = replace(part, scores=scores)
    if _is_kept(begun):
        pairs = zip(items, answer.responses, strict=True)
        part = replace(part, answers={item.key: to_plain(said) for item, said in pairs})
    return replace(part, audit={task: asdict(audit) for task, audit in audits.items()})


def _is_kept(begun: Begun) -> bool:
    """Whether what was answered is kept; sealed items are graded once more."""
    if begun.keep == "compared":
        return begun.offspring.place is None or begun.split is not Split.SEARCH
    return begun.keep == "all" or begun.split is Split.TEST


def _finite(answer: Answer) -> bool:
    """Whether all that was answered are numbers: of choices that are all NaN, one is taken."""
    values = [one.logprob for said in answer.responses for one in said if isinstance(one, Likely)]
    return all(map(math.isfinite, values))
