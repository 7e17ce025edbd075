"""A group or a tag as one term: the questions of its tasks together, and their mean."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evomerge.ledger import Split
from evomerge.recipe import FitnessTerm
from evomerge.score.audits.leak import Leaks, leaks
from evomerge.score.foreign_code.mistakes import Mistakes
from evomerge.score.grading.grader import Companion
from evomerge.score.grading.grading import Grading
from evomerge.score.grading.repeated import Repeated
from evomerge.score.grading.routed import Routed, RoutedGrading
from evomerge.score.harness import Recorder
from evomerge.score.items.item import Item
from evomerge.score.items.units import ALONE, Units
from evomerge.score.library.members import Members
from evomerge.score.tasks.task import Task


class Pool:
    """Several tasks as one; it is used as a :class:`Task` is.

    Its mean is over all items, or over the tasks' means where lm-eval weighs the tasks alike.

    Args:
        tasks: those that have the metric.
        lacking: the names of the others; lm-eval's mean leaves them out as well.
        at: where the recipe has the term.

    Raises:
        RecipeError: the tasks score on several scales.
    """

    def __init__(
        self,
        term: FitnessTerm,
        members: Members,
        tasks: Sequence[Task],
        lacking: Sequence[str],
        at: str,
    ) -> None:
        self.term = term
        self._members, self._tasks, self._lacking = members, tasks, lacking
        self._home: dict[str, Task] = {}
        """The task of each question, by its id."""
        self.name = term.name or members.name
        self.scale = tasks[0].scale
        if any(task.scale != self.scale for task in tasks):
            raise Mistakes(term, at).found("its tasks score on several scales; name them singly")
        self.grading = RoutedGrading({}, judge=tasks[0].grader.judge, scale=self.scale)
        self.duplicates = 0
        self.docs: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """What its items' scores are filed under."""
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = name
        for task in self._tasks:
            task.name = name

    def for_another_model(self) -> Pool:
        """The same, to be asked of a model with another tokenizer."""
        other = copy.copy(self)
        other._tasks = [task.for_another_model() for task in self._tasks]
        own = dict(zip(map(id, self._tasks), other._tasks, strict=True))
        other._home = {item: own[id(task)] for item, task in self._home.items()}
        other.grading = copy.copy(self.grading)
        other.grading.homes = other._gradings()
        return other

    @property
    def metric(self) -> str:
        """What judges: a metric's name, without a filter, or what stands in its place."""
        return self._tasks[0].metric

    @property
    def source(self) -> str:
        """sha256 of what judges and does not stand in the recipe; "" where nothing does."""
        sources = [(task.source, self._weighing) for task in self._tasks if task.source]
        return hashlib.sha256(repr(sources).encode()).hexdigest() if sources else ""

    @property
    def opened(self) -> frozenset[Path]:
        """The tasks' files and all of this machine that they read."""
        return frozenset[Path]().union(*(task.opened for task in self._tasks))

    @property
    def _weighing(self) -> bool:
        """Whether each item counts the same, and not each task."""
        weighing = self._members.by_size
        return weighing.get(self.metric, all(weighing.values()))

    @property
    def note(self) -> str:
        """What it is a mean of, in a sentence."""
        how = "over all items" if self._weighing else "over the tasks' means"
        names = ", ".join(member.name for member in self._members.tasks)
        return f"{self.name} is the mean {how} of {len(self._tasks)} tasks: {names}"

    @property
    def cautions(self) -> list[str]:
        """What of the tasks may go wrong in a run."""
        told = [why for task in self._tasks for why in task.cautions]
        if self._lacking:
            names = ", ".join(self._lacking)
            told.append(f"left out of the mean, as they have no {self.metric}: {names}")
        return told

    def questions(self) -> list[Item]:
        """The items of all tasks, each content once; see :meth:`Task.questions`."""
        items = []
        for task in self._tasks:
            for item in task.questions():
                if item.id in self._home:
                    self.duplicates += 1
                    continue
                self._home[item.id] = task
                items.append(item)
            self.duplicates += task.duplicates
            self.docs |= task.docs
        self.grading.homes = self._gradings()
        return items

    def _gradings(self) -> dict[str, Grading | Repeated]:
        graders = {id(task): task.grader for task in self._tasks}
        return {item: graders[id(task)] for item, task in self._home.items()}

    @property
    def grader(self) -> RoutedGrading:
        """What gives its items their scores."""
        return self.grading

    def lesson(self, item: Item) -> str | None:
        """The right answer as it follows the prompt of an item; see :meth:`Task.lesson`."""
        return self._home[item.id].lesson(item)

    @property
    def generates(self) -> bool:
        """Whether answers are generated, and not given ones asked for."""
        return any(task.generates for task in self._tasks)

    def setup_cautions(self, items: Sequence[Item]) -> list[str]:
        """What keeps models from scoring; see :meth:`Task.setup_cautions`."""
        found = (task.setup_cautions(own) for task, own in self._by_task(items))
        return [*dict.fromkeys(told for cautions in found for told in cautions)]

    def ask(
        self,
        items: Sequence[Item],
        recorder: Recorder,
        chat_template: bool,
        searched: Sequence[Item] = (),
        units: Units = ALONE,
    ) -> list[Item]:
        """The items with what a model is asked for them; see :meth:`Task.ask`."""
        return [
            asked
            for task, own in self._by_task(items)
            for asked in task.ask(own, recorder, chat_template, searched, units)
        ]

    def divided(self, splits: Mapping[Split, Sequence[Item]]) -> None:
        """Take note of how the items were divided: in each split the tasks count as they should.

        Raises:
            RecipeError: for no item of a task in a split the metric is given.
        """
        for split, items in splits.items():
            by_task = self._by_task(items)
            for task, own in by_task:
                task.divided({split: own})
                if not self._weighing:
                    weight = len(items) / len(by_task) / len(own)
                    self.grading.weights.update({item.id: weight for item in own})

    def companions(
        self, items: Sequence[Item], recorder: Recorder, chat_template: bool
    ) -> list[Companion]:
        """What a gain in gold_logprob is to be held against; see :meth:`Task.companions`."""
        found: dict[str, list[Companion]] = {}
        for task, own in self._by_task(items):
            for companion in task.companions(own, recorder, chat_template):
                found.setdefault(companion.what, []).append(companion)
        return [_joined(companions) for companions in found.values()]

    def leaks(self, items: Sequence[Item], prompts: Sequence[str]) -> Leaks:
        """Whether the right answers stand in what the model is shown."""
        known = [self._home[item.id].right(item) for item in items]
        return leaks(prompts, [gold for gold, _ in known], [choices for _, choices in known])

    def _by_task(self, items: Sequence[Item]) -> list[tuple[Task, list[Item]]]:
        """The tasks that have any of the items, and those of each."""
        owned = [(task, [i for i in items if self._home[i.id] is task]) for task in self._tasks]
        return [(task, own) for task, own in owned if own]


def _joined(companions: Sequence[Companion]) -> Companion:
    """Companions of one kind, of several tasks, as one."""
    homes = {item.id: one.grader for one in companions for item in one.items}
    items = [item for one in companions for item in one.items]
    return Companion(companions[0].what, items, Routed(homes, judge=companions[0].grader.judge))
