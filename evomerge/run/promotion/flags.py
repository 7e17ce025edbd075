"""What is odd about how a model answered, from the audits that its trials left."""

from __future__ import annotations

from collections.abc import Mapping

from evomerge.ledger import Flag, Model, Split
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.promotion.comparing import Comparing, Scores
from evomerge.score.audits.audit import TaskAudit
from evomerge.score.audits.contrast import SURE
from evomerge.score.audits.flags import flags
from evomerge.score.benchmark import Benchmark


def audit_flags(
    benchmark: Benchmark,
    evaluations: Evaluations,
    model: Offspring,
    models: Mapping[Model, Offspring],
    split: Split,
) -> list[Flag]:
    """Flags of a model against the parents that are best at each task.

    Tasks that neither count nor have a floor decide nothing, and are not looked at.

    Args:
        model: scored on all items of the split, as the others are.
        models: those among which the parents are.
    """

    def audits(offspring: Offspring) -> dict[str, TaskAudit]:
        kept = evaluations.results(offspring.digest, split).audit
        return {task: TaskAudit(**audit) for task, audit in kept.items()}

    deciding = {term.task for term in benchmark.terms if term.weight or term.floor is not None}
    ours = {task: audit for task, audit in audits(model).items() if task in deciding}
    parents = {one.name: offspring for one, offspring in models.items() if one.is_parent}
    theirs = {name: found for name, parent in parents.items() if (found := audits(parent))}
    best_at = {
        task: max(theirs, key=lambda name: theirs[name][task].score, default="") for task in ours
    }
    return flags(ours, theirs, best_at) if theirs else []


def shipped_flags(
    comparing: Comparing, scores: Mapping[Model, Scores], forms: Mapping[Model, Model]
) -> list[Flag]:
    """Flags of tasks at which a parent is better as it was shipped than as the recipe reads it.

    Args:
        scores: test scores.
        forms: the parent of each form.
    """
    found = []
    for form, parent in forms.items():
        for term in comparing.benchmark.terms:
            if not (term.weight or term.floor is not None) or not term.items[Split.TEST]:
                continue
            own = comparing.task(scores[form], scores[parent], term.task)
            if own.errors >= SURE:
                means = comparing.benchmark.task_means
                ours, theirs = (means(scores[one])[term.task] for one in (form, parent))
                found.append(
                    Flag(
                        term.task,
                        "as_shipped",
                        theirs,
                        ours,
                        f"{term.task}: {form.label} scores {ours:.3g}, and {theirs:.3g} as the "
                        "recipe reads it (its type, tokenizer and chat template): the recipe "
                        "damages it",
                    )
                )
    return found


def leak_flags(benchmark: Benchmark) -> list[Flag]:
    """Flags of tasks that show the model their right answers."""
    return [
        Flag(
            term.task,
            "leak",
            term.leaks.share,
            term.leaks.by_chance,
            f"{term.task}: the right answer stands in the prompt of {term.leaks.share:.0%} of the "
            f"test items, another item's in {term.leaks.by_chance:.0%}; right if it is to be "
            "found there, a leak if it is to be known",
        )
        for term in benchmark.terms
        if (term.weight or term.floor is not None) and term.leaks and term.leaks.suspect
    ]
