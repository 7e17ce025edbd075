"""A finished run as a notebook shows it: the verdict, and what it rests on."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from evomerge.charts.figure import Figure
from evomerge.charts.figures import figures
from evomerge.errors import RunFolderError
from evomerge.ledger import UNIFORM, WINNER
from evomerge.recipe.names import short_names
from evomerge.report.reader import RunReader
from evomerge.report.verdict import Verdict
from evomerge.report.wording import remarks, summary

SHOWN = ("verdict", "course", "winner")
"""Sections of a report whose figures a notebook shows."""


def run_in_html(run_dir: Path, verdict: Verdict, folder: Path) -> str:
    """A run as HTML: the verdict, and the figures of verdict, search and winner.

    Args:
        folder: of the model that the verdict is on.
    """
    drawn: list[Figure] = []
    with contextlib.suppress(RunFolderError):  # the verdict is known without its folder
        with RunReader(run_dir) as reader:
            history, view = reader.history(), reader.view()
        every = figures(view, history)
        drawn = [one for section in SHOWN for one in every[section]]
    return in_html(verdict, str(folder)) + "".join(map(_image, drawn))


def _image(figure: Figure) -> str:
    """A figure as a picture, which runs nothing."""
    svg = base64.b64encode(figure.drawn("svg")).decode()
    title = escape(figure.title)
    return f'<p><img alt="{title}" src="data:image/svg+xml;base64,{svg}"></p>'


def in_html(verdict: Verdict, folder: str) -> str:
    """A verdict as HTML, in which texts of others stay texts.

    Args:
        folder: of the model that it is on.
    """
    told = "".join(f"<li>{_text(line)}</li>" for line in remarks(verdict))
    return (
        f"<p><b>{_text(summary(verdict))}</b></p>{_models(verdict)}{_tasks(verdict)}"
        f"{f'<ul>{told}</ul>' if told else ''}<p>winner: <code>{_text(folder)}</code></p>"
    )


def _models(verdict: Verdict) -> str:
    """Each model's fitness, and by how much the winner is better."""
    short, rows = short_names(verdict.scores), []
    for label, scores in verdict.scores.items():
        better = verdict.comparisons.get(label)
        cells = [short[label], f"{scores.fitness:.3f}", "", ""]
        if better is not None:
            low, high = better.fitness.interval
            cells[2:] = [f"{better.fitness.difference:+.3f}", f"{low:+.3f} to {high:+.3f}"]
        rows.append(cells)
    return _table(("sealed items", "fitness", "winner is better by", "interval"), rows)


def _tasks(verdict: Verdict) -> str:
    """The winner, the uniform merge and the rival that looks best, at each task."""
    named = (WINNER.label, UNIFORM.label, verdict.best or "")
    labels = [label for label in named if label in verdict.scores]
    short = short_names(verdict.scores)
    rows = [
        [task, *(f"{verdict.scores[label].tasks[task]:.3f}" for label in labels)]
        for task in verdict.scores[WINNER.label].tasks
    ]
    return _table(("task", *(short[label] for label in labels)), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{_text(cell)}</th>" for cell in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in cells)}</tr>" for cells in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _text(text: str) -> str:
    """A text that others may have written: no HTML, and nothing that turns what follows round."""
    return f"<bdi>{escape(text)}</bdi>"
