"""What a verdict does not say, so that nobody reads it into a model card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evomerge.ledger import UNIFORM, WINNER
from evomerge.report.verdict import Verdict
from evomerge.report.wording import describe_p


def not_shown(verdict: Verdict, short: Mapping[str, str]) -> list[str]:
    """A sentence for each thing that a reader may believe and that was not shown.

    Args:
        short: what each model is called, by its label.
    """
    return [
        *_superiority(verdict),
        *_tasks(verdict, short),
        "nothing but the tasks above was measured: no other task, language or length of text, "
        f"and nothing of how safe or how fair its answers are{_beyond(verdict)}",
    ]


def _beyond(verdict: Verdict) -> str:
    """What of its conduct was looked at all the same."""
    test = verdict.constitution
    if test is None or test.result is None:
        return ""
    kept = "" if test.kept else ", which it is not shown to keep"
    return f" beyond the principles of the run's constitution{kept}"


def _superiority(verdict: Verdict) -> Iterator[str]:
    if not verdict.promoted:
        yield "that it is better than all of its parents: it is refused"
    uniform = verdict.comparisons.get(UNIFORM.label)
    if uniform is not None and uniform.fitness.p_value >= verdict.level:
        yield (
            "that it is better than the plain average of its parents (difference "
            f"{uniform.fitness.difference:+.3f}, {describe_p(uniform.fitness.p_value)})"
        )


def _tasks(verdict: Verdict, short: Mapping[str, str]) -> Iterator[str]:
    """Tasks of which the mean over all of them says nothing."""
    for task, score in verdict.scores[WINNER.label].tasks.items():
        if (floor := verdict.floors.get(task)) is not None:
            if not floor.result.shown:
                yield f"that {task} keeps to its floor"
            continue
        best = verdict.best
        least = None if best is None else verdict.scores[best].tasks.get(task)
        if best is not None and least is not None and score < least:
            yield (
                f"that {task} is kept: it scores {score:.3f}, {short[best]} {least:.3f}, and no "
                "floor holds it"
            )
