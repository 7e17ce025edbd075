"""A term of the fitness: the questions of its task, what is asked for them, and who judges."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from evomerge.errors import Stopped, TrialError, UserError
from evomerge.ledger import Split
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import Asking, FitnessTerm
from evomerge.score.audits.leak import Leaks, leaks
from evomerge.score.cautions import golds
from evomerge.score.cautions.prompts import refuse_unheard
from evomerge.score.cautions.setup import SetUp
from evomerge.score.foreign_code.mistakes import Mistakes
from evomerge.score.foreign_code.quiet import quiet
from evomerge.score.foreign_code.remembered import remember
from evomerge.score.grading.grader import Companion
from evomerge.score.grading.grading import Grading
from evomerge.score.grading.repeated import Repeated
from evomerge.score.harness import Recorder
from evomerge.score.items.item import Item
from evomerge.score.items.units import ALONE, Units
from evomerge.score.library.members import Member
from evomerge.score.loader import Loader
from evomerge.score.prompts.answering import settle
from evomerge.score.prompts.chat import ChatTurns
from evomerge.score.prompts.document import choice_texts, gold_answer
from evomerge.score.prompts.examples import keep_sealed
from evomerge.score.prompts.gold import GOLD_LOGPROB
from evomerge.score.tasks.asking import TaskRequests
from evomerge.score.tasks.companions import companions
from evomerge.score.tasks.documents import Documents


class Task:
    """A term of a recipe's fitness: its items, and the judgement of answers.

    Args:
        permissions: what the user allows: code to run, addresses to ask, folders to read.
        at: where the recipe has the term, for error messages.
        device: where a judge of this machine runs; by default on the GPU if there is one.
        asking: how its questions are put.
        seed: of answers that are drawn.
        member: the task; by default what the term names is looked up.
        of: how many tasks the term names.
        documents: that are asked in the place of the task's own.

    Raises:
        RecipeError: there is no such task or metric, the metric is no mean over items, the task
            would run code, what the term says of answers has no effect, or what is to judge cannot.
    """

    def __init__(
        self,
        term: FitnessTerm,
        permissions: Permissions = NOTHING,
        at: str = "",
        *,
        device: torch.device | None = None,
        asking: Asking | None = None,
        seed: int = 0,
        member: Member | None = None,
        of: int = 1,
        documents: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        self.term, self._asking = term, asking or term
        which = f"its task {member.name} (of {of})" if member and of > 1 else ""
        self._mistakes = Mistakes(term, at, which)
        loader = Loader(term, permissions, self._mistakes, member, documents)
        with golds.explained():
            self._task = loader.load()
        self.name: str = term.name or self._task.config.task
        """What its items' scores are filed under."""
        try:
            self._answers = settle(self._task, term, self._asking.think_end or "", seed)
            self.grading = Grading(self._task, term, permissions, device)
            self.scale = self.grader.scale
            """What an item can score, unless the recipe says it."""
        except UserError as error:
            raise self._mistakes.found(str(error)) from error
        self.source = " ".join(filter(None, (loader.judging_hash, self.grading.source)))
        """sha256 of what judges and does not stand in the recipe: a task file, code, a model."""
        self.opened = loader.opened
        """The task's file and all of this machine that it reads."""
        self._file, self._named = loader.file, loader.named
        self._turns: ChatTurns | None = None
        """What renders its prompts; None where they are no chat turns."""
        self.documents = Documents(self._task, term, self._mistakes)
        self.cautions: list[str] = []
        """What of the task may go wrong in a run, known once :meth:`ask` was called."""
        self.note = ""
        """What it stands for, where it is not one task of that name."""

    def for_another_model(self) -> Task:
        """The same task, to be asked of a model with another tokenizer: what was asked of the
        first one stays known there.
        """
        other = copy.copy(self)
        other.grading = self.grading.anew()
        return other

    @property
    def metric(self) -> str:
        """What judges: a metric's name, without a filter, or what stands in its place; and how the
        scores of several answers become one.
        """
        several = f" {self._answers}" if self._answers.repeats > 1 else ""
        return f"{self.grading.name}{several}"

    @property
    def grader(self) -> Grading | Repeated:
        """What gives its items their scores."""
        if self._answers.repeats == 1:
            return self.grading
        return Repeated(self.grading, self._answers)

    def questions(self) -> list[Item]:
        """The items of the task, each content once; nothing is asked for them yet.

        Raises:
            RecipeError: a document cannot be read.
        """
        with quiet(), self._mistakes.loading():
            return self.documents.items(self.name)

    @property
    def docs(self) -> dict[str, Any]:
        """The document of each of :meth:`questions`, by its id."""
        return self.documents.by_id

    @property
    def duplicates(self) -> int:
        """How many documents were left out for having the content of another."""
        return self.documents.duplicates

    def ask(
        self,
        items: Sequence[Item],
        recorder: Recorder,
        chat_template: bool,
        searched: Sequence[Item] = (),
        units: Units = ALONE,
    ) -> list[Item]:
        """The items with what a model is asked for them, in the order of the task's documents.

        Args:
            items: of :meth:`questions`.
            searched: those of the search, which few-shot examples may be taken from.
            units: which items hang together.

        Raises:
            RecipeError: prompts cannot be built, or none of the answers that are tried be judged.
        """
        arguments = self._asking.chat_template_args or {}
        self._turns = ChatTurns(recorder.tokenizer, arguments) if chat_template else None
        with quiet(), self._mistakes.loading():
            golds.refuse_ungiven(self._task, self.documents.of(items), self.term.measure)
            ids = {item.id for item in searched}
            keep_sealed(self._task, [*self.docs.values()], ids, units)
            own = self._task, self._asking, self._answers, self.grading, self._mistakes
            asked = TaskRequests(*own).items(items, recorder, self._turns, self.documents.limit)
            remember(self._task, "doc_to_text", "doc_to_target", "doc_to_choice")
            self._try(asked)
        return asked

    def _try(self, items: Sequence[Item]) -> None:
        """Judge a few answers, so that what cannot judge is found before anything starts. What
        judges some of them and not others may be right to.
        """
        try:
            self.cautions = self.grading.tryout.cautions(items)
            self.grading.tryout.require_counting(items)
        except (TrialError, Stopped) as error:
            raise self._mistakes.found(str(error)) from error

    def divided(self, splits: Mapping[Split, Sequence[Item]]) -> None:
        """Take note of how the items of :meth:`ask` were divided.

        Raises:
            RecipeError: for no item of a split the metric is given.
        """
        try:
            for split, items in splits.items():
                self.grading.tryout.require_counting(items, f"{split} ")
        except TrialError as error:
            raise self._mistakes.found(str(error)) from None

    @property
    def generates(self) -> bool:
        """Whether answers are generated, and not given ones asked for."""
        return self.grading.generates

    def setup_cautions(self, items: Sequence[Item]) -> list[str]:
        """What keeps models from scoring, as far as it can be known before any has been asked.

        Args:
            items: of :meth:`ask`, called last.

        Raises:
            RecipeError: the recipe names a system turn, and the chat template has none.
        """
        setup = SetUp(
            self._task,
            self.term.measure,
            self.generates,
            {**self._named, **self.term.generation},
            self._file,
            self._turns,
            bool(self._answers.think_end),
        )
        with quiet(), self._mistakes.loading():
            if self._turns is not None and self._asking.system:
                refuse_unheard(self._turns)
            found = setup.cautions(items, self.documents.of(items))
            return [f"{self.name}: {sentence}" for sentence in found]

    def companions(
        self, items: Sequence[Item], recorder: Recorder, chat_template: bool
    ) -> list[Companion]:
        """What a gain in gold_logprob is to be held against; nothing for what else is measured.

        To be called when the requests of the items were the last ones that were built.

        Args:
            items: some of those of :meth:`ask`. Wrong answers are taken from among them.
        """
        if self.grading.name != GOLD_LOGPROB:
            return []
        with quiet(), self._mistakes.loading():
            return companions(self._task, self.term, items, recorder, chat_template, self._answers)

    def leaks(self, items: Sequence[Item], prompts: Sequence[str]) -> Leaks:
        """Whether the right answers stand in what the model is shown, each item's prompt."""
        golds, choices = zip(*map(self.right, items), strict=True) if items else ((), ())
        return leaks(prompts, golds, choices)

    def lesson(self, item: Item) -> str | None:
        """The right answer as it follows an item's prompt; None where the task names none."""
        between = "" if self._turns is not None else self._task.config.target_delimiter
        return f"{between}{item.gold}" if item.gold else None

    def right(self, item: Item) -> tuple[str | None, list[str]]:
        """The right answer to one of the items of :meth:`ask`, if it has one, and its choices."""
        doc = self.grading.doc(item)
        return gold_answer(self._task, doc), choice_texts(self._task, doc)
