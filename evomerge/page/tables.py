"""The tables of a page: texts, each number with as many figures as say something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evomerge.ledger import AdapterTrained
from evomerge.page.made_tables import made_tables
from evomerge.page.rail_table import rail_table
from evomerge.page.shown_table import ShownTable
from evomerge.recipe.names import short_names
from evomerge.report.constitution import quoted
from evomerge.report.genes import genes_of
from evomerge.report.solved import Solved
from evomerge.report.trainings import HASH, describe_examples
from evomerge.report.verdict import Verdict
from evomerge.report.view import View


def tables(view: View, solved: Solved) -> Mapping[str, Sequence[ShownTable]]:
    """Those of each section of a page."""
    return {
        "verdict": [*_verdict_tables(view), *_audits(view)],
        "course": [_models(view), *_adapters(view)],
        "winner": [*_winner(view)],
        "items": [_winning(solved)] if solved.graded else [],
        "rails": [*rail_table(view)],
        "made": [] if view.made is None else [*made_tables(view.made)],
    }


def _verdict_tables(view: View) -> Iterator[ShownTable]:
    """All that was scored on sealed items, in figures."""
    verdict = None if view.release is None else view.release.verdict
    if not isinstance(verdict, Verdict):
        return
    short = short_names(verdict.scores)
    tasks = [*next(iter(verdict.scores.values())).tasks]
    rows = []
    for label, scores in verdict.scores.items():
        against = verdict.comparisons.get(label)
        better = ""
        if against is not None:
            low, high = against.fitness.interval
            better = f"{against.fitness.difference:+.3f} ({low:+.3f} to {high:+.3f})"
        means = (_score(scores.tasks.get(task)) for task in tasks)
        rows.append((short[label], _score(scores.fitness), better, *means))
    heads = ("model", "fitness", "winner is better by", *tasks)
    yield ShownTable("Scores on the sealed items", heads, tuple(rows))


def _audits(view: View) -> Iterator[ShownTable]:
    """Who was held to the constitution, and answers that break it."""
    constitution = view.constitution
    if constitution is None or not constitution.audits:
        return
    rows = tuple(
        (
            constitution.names[audit.name],
            str(audit.probes),
            str(audit.violations),
            str(audit.worse),
            "; ".join(map(quoted, audit.examples[:1])),
        )
        for audit in constitution.audits
    )
    heads = ("model", "probes", "violations", "worse than the base model", "for example")
    yield ShownTable("Answers held to the constitution", heads, rows)


def _models(view: View) -> ShownTable:
    rows = [(model.name, *map(_score, model.scores.each)) for model in view.models]
    if view.leader is not None:
        who = "winner" if view.winner else "best candidate"
        rows.append((who, *map(_score, view.leader.each)))
    heads = ("model", "search items", "validation items", "sealed items")
    return ShownTable("Fitness on each split", heads, tuple(rows))


def _adapters(view: View) -> Iterator[ShownTable]:
    """What was trained between cycles."""
    trained = [one for one in view.trainings if isinstance(one, AdapterTrained)]
    rows = tuple(
        (
            str(one.cycle),
            one.base,
            describe_examples(one.examples),
            f"{one.steps:,}",
            f"{one.cost.tokens:,}",
            f"{one.cost.wall_s:,.0f}",
            _score(one.loss),
            one.weights_sha256[:HASH],
        )
        for one in trained
    )
    heads = ("after cycle", "base", "items", "steps", "tokens", "seconds", "loss", "hash")
    if rows:
        yield ShownTable("Adapters that were trained", heads, rows)


def _winner(view: View) -> Iterator[ShownTable]:
    """The winner's genes, and the finalists."""
    if not view.finalists:
        return
    made = view.finalists[0].recipe
    genes = genes_of(view.recipe or {}, made) if made else {}
    listed = {name: value if isinstance(value, list) else [value] for name, value in genes.items()}
    rows = tuple((name, ", ".join(map(_figure, value))) for name, value in listed.items())
    if rows:
        yield ShownTable("The winner's genes", ("gene", "value"), rows)
    finalists = tuple(
        (
            str(number),
            _score(one.ranked.search),
            _score(one.ranked.validation),
            one.ranked.digest[:12],
        )
        for number, one in enumerate(view.finalists)
    )
    yield ShownTable(
        "Finalists, best first", ("finalist", "search", "validation", "digest"), finalists
    )


def _winning(solved: Solved) -> ShownTable:
    """How many items the winner alone solves, and loses, task by task."""
    kinds = (solved.by_winner_alone, solved.lost_by_winner, solved.missed_by_elites)
    counts = [Counter(one.task for one in items) for items in kinds]
    tasks = dict.fromkeys(one.task for one in solved.graded)
    rows = tuple((task, *(str(count[task]) for count in counts)) for task in sorted(tasks))
    heads = ("task", "by the winner and no parent", "by a parent and not the winner", "by no elite")
    return ShownTable("Items that are solved", heads, rows)


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _figure(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
