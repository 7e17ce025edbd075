"""How a run is going, on stderr: a live table in a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.live import Live
from rich.text import Text

from evomerge.cli.console import PrintableConsole
from evomerge.cli.printable import printable, say
from evomerge.cli.standing import Standing, asked, scores_table
from evomerge.ledger import ItemScore, Part, Record, Split, State, Watcher
from evomerge.report.budget import describe
from evomerge.report.ending import describe_ending, describe_gain
from evomerge.report.view import View

TASKS_SHOWN = 6
"""Tasks whose means are told of each parent."""


@contextlib.contextmanager
def watching(first: str) -> Iterator[Watcher]:
    """A watcher that shows a run until it ends.

    Args:
        first: what is done before the run records anything.
    """
    story = Story()
    standing = story.standing
    console = PrintableConsole(stderr=True, highlight=False)
    if not console.is_terminal:
        say(f"{first} …")

        def print_all(record: Record) -> None:
            for line in story.tell(record):
                say(line)

        yield print_all
        return

    def shown() -> Group:
        head = standing.line if standing.view.models else f"{first} …"
        cautions = [Text(_warning(caution)) for caution in standing.view.cautions]
        return Group(Text(head), Text(story.latest), scores_table(standing.view), *cautions)

    def watch(record: Record) -> None:
        story.tell(record)

    with Live(console=console, get_renderable=shown, refresh_per_second=4):
        yield watch


class Story:
    """A run told in lines: as each parent is scored, a generation or a phase ends."""

    def __init__(self) -> None:
        self.standing = Standing()
        self.latest = ""
        """What was told last of all that is no mere count."""

    def tell(self, record: Record) -> list[str]:
        """Take a record in; the lines that it is worth, none of those of an earlier session."""
        standing = self.standing
        before, was_live, line = standing.view, standing.is_live, standing.line
        standing.take(record)
        after = standing.view
        if not standing.is_live:
            return []
        if not was_live:
            return [standing.line] if after.evaluations else []
        lines = []
        if (before.generation or 0, before.phase) != (after.generation or 0, after.phase):
            lines = [line] if after.evaluations or asked(after) > asked(before) else []
        lines += [_warning(caution) for caution in after.cautions[len(before.cautions) :]]
        news = _news(before, after)
        if isinstance(record.what, Part) and asked(after) > asked(before):
            news = self._of_model(record.what)
        if news:
            self.latest = printable(news)
            lines.append(f"{standing.clock} {self.latest}")
        return lines

    def _of_model(self, part: Part) -> str:
        """What a parent, or the uniform merge, scored."""
        standing, view = self.standing, self.standing.view
        said = f"failed ({part.reason})"
        if part.state is State.SCORED:
            said = f"{describe_means(part.scores)} on {len(part.scores)} search items"
        left = standing.left
        count = f"{asked(view)} of {len(view.models)}" + (f", {left}" if left else "")
        name = next(model.name for model in view.models if model.digest == part.digest)
        return f"{name}: {said} ({count})"


def _news(before: View, after: View) -> str:
    """What is to be told of what has changed."""
    if ended := [ending for ending in after.endings if ending not in before.endings]:
        return describe_ending(ended[-1])
    if len(after.judged) > len(before.judged):
        return describe_gain(after.judged[-1])
    if before.budget is not None and after.budget is not None and after.budget != before.budget:
        return f"the budget is {describe(after.budget.model_dump())} now"
    if after.choice.finalists and after.choice != before.choice:
        best, count = after.choice.finalists[0], len(after.choice.finalists)
        items = after.items.get(Split.VALIDATION, "")
        return f"winner of {count} finalists: {best.validation:.3f} on {items} validation items"
    if after.openings > before.openings:
        return f"the sealed items are opened: opening {after.opening}"
    return ""


def _warning(caution: str) -> str:
    return printable(f"caution: {caution}")


def describe_means(scores: Sequence[ItemScore]) -> str:
    """The mean score at each task, of the first few tasks."""
    by_task: dict[str, list[ItemScore]] = {}
    for score in scores:
        by_task.setdefault(score.task, []).append(score)
    means = [
        f"{task} {sum(s.weight * s.value for s in each) / weight:.3f}"
        for task, each in by_task.items()
        if (weight := sum(score.weight for score in each))
    ]
    more = len(means) - TASKS_SHOWN
    return ", ".join(means[:TASKS_SHOWN]) + (f" and {more} more" if more > 0 else "")
