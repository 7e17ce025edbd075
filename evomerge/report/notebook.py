"""A finished run as a notebook shows it: the verdict, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from evomerge.ledger import UNIFORM, WINNER
from evomerge.recipe.names import short_names
from evomerge.report.verdict import Verdict
from evomerge.report.wording import remarks, summary


def in_html(verdict: Verdict, folder: str) -> str:
    """A verdict as HTML, in which texts of others stay texts.

    Args:
        folder: of the model that it is on.
    """
    told = "".join(f"<li>{_text(line)}</li>" for line in remarks(verdict))
    return (
        f"<p><b>{_text(summary(verdict))}</b></p>{_figures(verdict)}"
        f"{f'<ul>{told}</ul>' if told else ''}<p>winner: <code>{_text(folder)}</code></p>"
    )


def _figures(verdict: Verdict) -> str:
    """What the verdict rests on: models, then tasks."""
    return _models(verdict) + _tasks(verdict)


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
