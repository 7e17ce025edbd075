"""A run told in lines: one a change that matters."""

from __future__ import annotations

from collections.abc import Mapping

from evomerge.cli.printable import printable
from evomerge.cli.standing import Standing, asked
from evomerge.ledger import Split
from evomerge.report.budget import describe
from evomerge.report.ending import describe_ending, describe_gain
from evomerge.report.first_scores import FirstScores
from evomerge.report.halts import describe_halt
from evomerge.report.phase import Phase
from evomerge.report.trainings import describe_beginning
from evomerge.report.view import View, ViewedModel

TASKS_SHOWN = 6
"""Tasks whose means are told of each parent."""


class Story:
    """A run told in lines: as each parent is scored, a generation or a phase ends."""

    def __init__(self, standing: Standing | None = None) -> None:
        self.standing = standing or Standing()
        self.latest = ""
        """What was told last of all that is no mere count."""

    def tell(self, view: View) -> list[str]:
        """Take the newest view in; the lines that it is worth. Of what the first one shows it is
        told how the run stands, and no more.
        """
        standing = self.standing
        before, line, had_begun = standing.view, standing.line, standing.has_begun
        standing.take(view)
        if not had_begun:
            return [standing.line] if view.evaluations or asked(view) else []
        lines = []
        if (before.generation or 0, before.phase) != (view.generation or 0, view.phase):
            lines = [line] if view.evaluations or asked(view) > asked(before) else []
        lines += map(caution_line, view.cautions[len(before.cautions) :])
        for news in [*self._of_models(before, view), *_news(before, view)]:
            self.latest = printable(news)
            lines.append(f"{standing.clock} {self.latest}")
        return lines

    def _of_models(self, before: View, after: View) -> list[str]:
        """What parents, or the uniform merge, scored that had not been asked before."""
        known = {model.digest for model in before.models if model.was_asked}
        new = [model for model in after.models if model.was_asked and model.digest not in known]
        left, count = self.standing.left, len(known)
        return [
            f"{model.name}: {_first(model)} ({count + n} of {len(after.models)}"
            + (f", {left})" if left else ")")
            for n, model in enumerate(new, start=1)
        ]


def caution_line(caution: str) -> str:
    """A caution as it is shown."""
    return printable(f"caution: {caution}")


def _first(model: ViewedModel) -> str:
    first = model.first or FirstScores()
    if first.reason:
        return f"failed ({first.reason})"
    return f"{describe_means(first.task_means)} on {first.items} search items"


def _news(before: View, after: View) -> list[str]:
    """What is to be told of what has changed."""
    told = [describe_ending(one) for one in after.endings if one not in before.endings]
    told += map(describe_gain, after.judged[len(before.judged) :])
    if after.phase is Phase.WRITING and before.phase is not Phase.WRITING:
        told.append("the population writes items")
    if after.training is not None and after.phase is not before.phase:
        told.append(describe_beginning(after.training.began))
    told += [describe_halt(one) for one in after.halts if one not in before.halts]
    if before.budget is not None and after.budget is not None and after.budget != before.budget:
        told.append(f"the budget is {describe(after.budget.model_dump())} now")
    if after.choice.finalists and after.choice != before.choice:
        best, count = after.choice.finalists[0], len(after.choice.finalists)
        items = after.items.get(Split.VALIDATION, "")
        told.append(
            f"winner of {count} finalists: {best.validation:.3f} on {items} validation items"
        )
    if after.openings > before.openings:
        told.append(f"the sealed items are opened: opening {after.opening}")
    return told


def describe_means(means: Mapping[str, float]) -> str:
    """The mean score at each task, of the first few tasks."""
    told = [f"{task} {mean:.3f}" for task, mean in means.items()]
    more = len(told) - TASKS_SHOWN
    return ", ".join(told[:TASKS_SHOWN]) + (f" and {more} more" if more > 0 else "")
