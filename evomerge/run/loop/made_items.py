"""Documents made in a run, as items of the task that they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evomerge.ledger import Split
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.preparation.prompting import recorder_for
from evomerge.run.preparation.tasks import find_tasks
from evomerge.score.items.item import Item
from evomerge.score.tasks.term import Term

if TYPE_CHECKING:
    from evomerge.score.tasks.task import Task

MADE = ":made"
"""What the name of a task ends with under which items for it are scored that the run has made."""


@dataclass(frozen=True)
class OpenedItems:
    """Documents as the task asks and grades its own.

    Args:
        task: the task with these documents in the place of its own.
        items: with what is asked for them, in the order of the documents.
    """

    task: Task
    items: Sequence[Item]

    def term(self, share: float, benchmark_weight: float) -> Term:
        """Their place in the fitness of a search.

        Args:
            share: that they have of it, beside the tasks that have search items: above 0, below 1.
            benchmark_weight: of these tasks together.
        """
        items = {Split.SEARCH: self.items, Split.VALIDATION: (), Split.TEST: ()}
        weight = benchmark_weight * share / (1 - share)
        return Term(
            self.task.name,
            self.task.metric,
            weight,
            self.task.grader,
            items,
            source=self.task.source,
            scale=self.task.scale,
            goal=self.task.name,
        )


def made_items(
    prepared: Prepared, name: str, documents: Sequence[Mapping[str, Any]]
) -> OpenedItems:
    """Documents as items of one of the recipe's tasks, asked as its own are.

    Args:
        name: of the task.
        documents: with the fields that its own have.

    Raises:
        RecipeError: the task cannot ask or grade them.
    """
    task = made_task(prepared, name, documents)
    template = prepared.parents[prepared.recipe.template]
    recorder = recorder_for(template, prepared.tokenizer)
    questions = task.questions()
    chat_template = prepared.evolve.apply_chat_template
    return OpenedItems(task, task.ask(questions, recorder, chat_template, questions))


def made_task(prepared: Prepared, name: str, documents: Sequence[Mapping[str, Any]]) -> Task:
    """One of the recipe's tasks, with documents in the place of its own.

    Args:
        name, documents: as for :func:`made_items`.
    """
    from evomerge.score.tasks.task import Task

    evolve, recipe = prepared.evolve, prepared.recipe
    number = evolve.number_of(name)
    place, settings = evolve.terms[number]
    (member,) = find_tasks(recipe, prepared.permissions)[number].tasks
    return Task(
        settings.model_copy(update={"limit": None, "name": f"{prepared.tasks[number].name}{MADE}"}),
        prepared.permissions,
        recipe.at(*place),
        device=prepared.device,
        asking=evolve.asking_of(settings),
        seed=evolve.seed,
        member=member,
        documents=documents,
    )
