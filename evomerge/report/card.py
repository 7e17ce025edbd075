"""How a winner was found and what proves it, as sections of its model card."""

from __future__ import annotations

from collections.abc import Mapping

from evomerge.markdown import in_markdown
from evomerge.recipe import recipe_from
from evomerge.recipe.names import short_names
from evomerge.report.ending import describe_ending, describe_gain
from evomerge.report.halts import describe_halt
from evomerge.report.made import describe_made
from evomerge.report.trainings import describe_training
from evomerge.report.unshown import not_shown
from evomerge.report.verdict import FinalistChoice, Verdict
from evomerge.report.view import View, ViewedFinalist
from evomerge.report.wording import (
    describe_front,
    describe_interval,
    describe_items,
    describe_opening,
    describe_p,
)
from evomerge.search.algorithms import kind_of

NEVER_SEALED = "none of them is among the validation items or the sealed ones"


def card_sections(view: View, verdict: Verdict) -> str:
    """Markdown: the verdict with its table, and how the model was found.

    Args:
        view: of the run as it is before the verdict is recorded.
    """
    short = short_names(verdict.scores)
    tasks = [*next(iter(verdict.scores.values())).tasks]
    names = map(in_markdown, tasks)
    lines = [
        f"## Scores: {verdict.outcome}",
        "",
        _result(verdict, short),
        "",
        f"| model | {' | '.join(['fitness', *names])} |",
        f"| --- |{' --- |' * (1 + len(tasks))}",
    ]
    for label, scores in verdict.scores.items():
        cells = [scores.fitness, *(scores.tasks.get(task) for task in tasks)]
        numbers = " | ".join("–" if cell is None else f"{cell:.3f}" for cell in cells)
        lines.append(f"| {in_markdown(short[label])} | {numbers} |")
    for title, remarks in _remarks(verdict).items():
        lines += ["", f"### {title}", "", *(f"- {in_markdown(remark)}" for remark in remarks)]
    if said := describe_made(view.made):
        lines += ["", "## Items that the population wrote", ""]
        lines += [f"- {in_markdown(one)}" for one in (*said, NEVER_SEALED)]
    if view.halts:
        told = [in_markdown(describe_halt(halt)) for halt in view.halts]
        lines += ["", "## Rails", "", *(f"- {one}" for one in told)]
    if view.permissions:
        lines += ["", "## Permissions", "", *(f"- {in_markdown(one)}" for one in view.permissions)]
    lines += _approval(view)
    lines += ["", "## What was not shown", ""]
    lines += [f"- {in_markdown(one)}" for one in not_shown(verdict, short)]
    lineage = _lineage(view) if view.release is None else _lineage_afterwards(verdict)
    return "\n".join([*lines, "", "## Lineage", "", *(f"- {line}" for line in lineage)])


def _result(verdict: Verdict, short: Mapping[str, str]) -> str:
    opened = f"On {describe_items(verdict)}, which nothing in the search saw"
    against, best = verdict.against_best, verdict.best
    if against is None or best is None:
        return f"{opened}: {verdict.winner:.3f}; not all of its rivals could be scored."
    return (
        f"{opened} (opening {verdict.opening.number}): {verdict.winner:.3f}, against "
        f"{verdict.best_parent:.3f} of the best parent ({in_markdown(short[best])}); "
        f"difference {against.difference:+.3f}, {describe_interval(against)}, "
        f"{describe_p(verdict.p_value)} at level {verdict.level:.2g}, one-sided."
    )


def _remarks(verdict: Verdict) -> dict[str, list[str]]:
    """What speaks against the winner, by its heading."""
    found = {
        "Why it is refused": list(verdict.reasons),
        "What looks like an artefact": [flag.sentence for flag in verdict.flags],
        "Constitution": [] if verdict.constitution is None else verdict.constitution.remarks,
        "Openings": describe_opening(verdict.opening),
    }
    return {title: remarks for title, remarks in found.items() if remarks}


def _approval(view: View) -> list[str]:
    """Who must sign the model before it is released; nothing where nobody must."""
    evolve = None if view.recipe is None else recipe_from(dict(view.recipe)).evolve
    if evolve is None or (settings := evolve.approval) is None:
        return []
    lines = [
        "",
        "## Approval",
        "",
        f"Not released before {settings.count} of these keys have signed it:",
        "",
    ]
    return [*lines, *(f"- {in_markdown(key.label)}" for key in settings.keys)]


def _lineage(view: View) -> list[str]:
    """How the winner of a search was found."""
    winner, choice = view.finalists[0], view.choice
    ranked = winner.ranked
    same = [model.model.label for model in view.models if model.digest == ranked.digest]
    return [
        *_origin(view, winner),
        *(f"its weights are those of {in_markdown(label)}" for label in same),
        *(in_markdown(describe_ending(ending)) for ending in view.endings),
        *(in_markdown(describe_gain(judged)) for judged in view.judged),
        *(in_markdown(describe_training(training)) for training in view.trainings),
        f"score on the search items {ranked.search:.3f}, which made it a finalist",
        f"score on the validation items {ranked.validation:.3f}, {_made_winner(choice)} (winner's "
        f"curse of the finalists: {choice.curse:+.3f})",
        *map(in_markdown, describe_front(choice)),
        f"recipe digest `{ranked.digest}`",
    ]


def _made_winner(choice: FinalistChoice) -> str:
    if choice.front is not None and choice.front.rule == "knee":
        return "and the winner as the knee of the front"
    return "which made it the winner"


def _origin(view: View, winner: ViewedFinalist) -> list[str]:
    """Which algorithm found it, and as what; nothing where no recipe is on record."""
    evolve = None if view.recipe is None else recipe_from(dict(view.recipe)).evolve
    if evolve is None:
        return []
    found = "the mean of the search distribution"
    if place := winner.place:
        found = f"candidate {place.position} of generation {place.generation}" + (
            f", cycle {place.cycle}" if evolve.cycles > 1 else ""
        )
    return [f"found by {kind_of(evolve.search).name} (seed {evolve.seed}) as {found}"]


def _lineage_afterwards(verdict: Verdict) -> list[str]:
    """Where a finalist comes from that is tested once the run has ended."""
    number = verdict.finalist
    who = f"finalist {number}" if number else "the winner"
    return [
        f"{who} of a run, tested after it had ended",
        f"recipe digest `{verdict.choice.finalists[number].digest}`",
    ]
