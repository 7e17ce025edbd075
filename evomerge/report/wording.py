"""What there is to say of a verdict, in sentences, wherever it is shown."""

from __future__ import annotations

from evomerge.recipe.names import short_names
from evomerge.report.verdict import AnyVerdict, EarlierVerdict, FinalistChoice, Opening, Verdict
from evomerge.score.proof.comparison import Comparison

LEAST_P = 1e-6
"""Below it, a p-value says no more of the models than of the approximation that it is made by."""


def summary(verdict: AnyVerdict) -> str:
    """A verdict in a sentence."""
    if isinstance(verdict, EarlierVerdict):
        return (
            f"{verdict.outcome} by evomerge 0.1.0: {verdict.winner:.3f} against "
            f"{verdict.best_parent:.3f} of the best parent ({verdict.best}) on "
            f"{verdict.items} sealed items: {verdict.difference:+.3f}, "
            f"{describe_p(verdict.p_value)}"
        )
    flagged = f", {len(verdict.flags)} flagged" if verdict.flags else ""
    against, best = verdict.against_best, verdict.best
    if against is None or best is None:
        return f"{verdict.outcome}{flagged}: nothing can be proved"
    return (
        f"{verdict.outcome}{flagged}: {verdict.winner:.3f} against "
        f"{verdict.best_parent:.3f} of the best parent ({short_names(verdict.scores)[best]}) on "
        f"{describe_items(verdict)}: {against.difference:+.3f}, {describe_interval(against)}, "
        f"{describe_p(verdict.p_value)} (level {verdict.level:.2g})"
    )


def remarks(verdict: AnyVerdict) -> list[str]:
    """What else there is to know of a verdict: why it is refused, flags, openings, luck."""
    if isinstance(verdict, EarlierVerdict):
        return []
    choice = verdict.choice
    lines = []
    if choice.finalists:
        best = choice.finalists[verdict.finalist]
        lines.append(
            f"winner's curse: {choice.curse:+.3f} ± {choice.curse_error:.3f} (search items "
            f"{best.search:.3f}, validation items {best.validation:.3f}, of which the items "
            f"themselves {choice.drift:+.3f})"
        )
    for task, floor in verdict.floors.items():
        result = floor.result
        kept = "kept" if result.shown else "NOT shown to be kept"
        lines.append(
            f"floor of {task}: {kept}, {result.difference:+.3f} against {floor.against} "
            f"(lower bound {result.lower:+.3f}, margin {result.margin:g})"
        )
    if verdict.constitution is not None:
        lines += verdict.constitution.remarks
    return [
        *lines,
        *describe_opening(verdict.opening),
        *_flags(verdict),
        *(f"refused: {reason}" for reason in verdict.reasons),
    ]


def _flags(verdict: Verdict) -> list[str]:
    """Those of the sealed items, and those of the validation items that are not among them."""
    shown = {(flag.task, flag.what) for flag in verdict.flags}
    ranked = verdict.choice.finalists[verdict.finalist :][:1]
    return [
        *(f"flag: {flag.sentence}" for flag in verdict.flags),
        *(
            f"flag, on validation items: {flag.sentence}"
            for finalist in ranked
            for flag in finalist.flags
            if (flag.task, flag.what) not in shown
        ),
    ]


def describe_items(verdict: Verdict) -> str:
    """How many questions a verdict rests on, and how many of them hang together."""
    items, units = verdict.items, verdict.units
    return f"{items} sealed items" + (f" in {units} groups" if units < items else "")


def describe_interval(comparison: Comparison) -> str:
    """The interval of the difference, at the level of the test: above 0 where it is shown."""
    low, high = comparison.interval
    share = 100 * (1 - 2 * comparison.level)
    return f"{share:.3g} % interval {low:+.3f} to {high:+.3f}"


def describe_opening(opening: Opening) -> list[str]:
    """Which opening of the sealed items it was, and who has seen them before."""
    looks, lines = opening.looks, []
    if looks.items:
        others = looks.where[:3]
        more = len(looks.where) - len(others)
        lines.append(
            f"{looks.items} of the sealed items had been looked at before, some of them "
            f"{describe_times(looks.most)} ({', '.join(others)}"
            + (f" and {more} more)" if more else ")")
        )
    if opening.number > 1:
        lines.append(
            f"opening {opening.number} of these sealed items: the level of its tests is "
            f"{opening.level:.2g}"
        )
    if opening.registry is None:
        lines.append("no registry is kept: openings by other runs are not counted")
    return lines


def describe_times(count: int) -> str:
    """How often, in words."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def describe_p(p_value: float) -> str:
    """A p-value; those that no reader tells apart are the same."""
    return f"p = {p_value:.2g}" if p_value >= LEAST_P else f"p < {LEAST_P:g}"


def describe_front(choice: FinalistChoice) -> list[str]:
    """The front of several goals in a sentence; nothing where the fitness was all."""
    front = choice.front
    if front is None:
        return []
    numbers = [str(n) for n, one in enumerate(choice.finalists) if one.digest in front.digests]
    knee = next(n for n, one in enumerate(choice.finalists) if one.digest == front.knee)
    above = ", ".join(
        f"{goal} {low:.3f}" for goal, low in zip(front.goals, front.reference, strict=True)
    )
    return [
        f"on the front of the validation items are {len(numbers)} of {len(choice.finalists)} "
        f"finalists ({', '.join(numbers)}), with its knee at {knee}; they cover a hypervolume of "
        f"{front.hypervolume:.4f} above the lowest scores of what was not searched for ({above}); "
        f"the winner was chosen by {front.rule}"
    ]
