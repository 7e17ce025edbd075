"""A term of the fitness: the questions of its task, what is asked for them, and who judges."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any

import torch
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from evomerge.engine.request import Request
from evomerge.errors import RecipeError, Stopped, TrialError, UserError
from evomerge.ledger import Split
from evomerge.recipe import Asking, FitnessTerm
from evomerge.score.audits.leak import Leaks, leaks
from evomerge.score.cautions import golds
from evomerge.score.cautions.setup import SetUp
from evomerge.score.foreign_code.mistakes import Mistakes
from evomerge.score.foreign_code.quiet import quiet
from evomerge.score.foreign_code.remembered import Remembered
from evomerge.score.grading.grader import Companion
from evomerge.score.grading.grading import Grading
from evomerge.score.grading.repeated import Repeated
from evomerge.score.harness import FEWSHOT_SEED, Loader, Recorder
from evomerge.score.items.item import Item, content_id
from evomerge.score.items.units import ALONE, Units
from evomerge.score.library.members import Member
from evomerge.score.prompts.answering import settle
from evomerge.score.prompts.chat import ChatTurns
from evomerge.score.prompts.document import choice_texts, gold_answer, question_text
from evomerge.score.prompts.examples import keep_sealed
from evomerge.score.prompts.gold import GOLD_LOGPROB
from evomerge.score.tasks.companions import accuracy, control

_templates = SandboxedEnvironment(undefined=StrictUndefined)


class Task:
    """A term of a recipe's fitness: its items, and the judgement of answers.

    Args:
        include_paths: folders of tasks, trusted to run code when they are loaded.
        at: where the recipe has the term, for error messages.
        allow_python: whether functions that the recipe names may be run.
        device: where a judge of this machine runs; by default on the GPU if there is one.
        asking: how its questions are put.
        seed: of answers that are drawn.
        member: the task; by default what the term names is looked up.
        of: how many tasks the term names.

    Raises:
        RecipeError: there is no such task or metric, the metric is no mean over items, the task
            would run code, what the term says of answers has no effect, or what is to judge cannot.
    """

    def __init__(
        self,
        term: FitnessTerm,
        include_paths: Sequence[Path],
        at: str = "",
        *,
        allow_python: bool = False,
        device: torch.device | None = None,
        asking: Asking | None = None,
        seed: int = 0,
        member: Member | None = None,
        of: int = 1,
    ) -> None:
        self.term, self._asking = term, asking or term
        self._mistakes = Mistakes(
            term, at, f"its task {member.name} (of {of})" if member and of > 1 else ""
        )
        loader = Loader(term, include_paths, self._mistakes, member)
        try:
            self._task = loader.load()
        except RecipeError as error:
            if golds.looks_beyond(error):
                raise RecipeError(f"{error}; {golds.BEYOND}") from error
            raise
        self.name: str = term.name or self._task.config.task
        """What its items' scores are filed under."""
        try:
            self._answers = settle(self._task, term, self._asking.think_end or "", seed)
            self.grading = Grading(self._task, term, allow_python, device)
            self.scale = self.grader.scale
            """What an item can score, unless the recipe says it."""
        except UserError as error:
            raise self._mistakes.found(str(error)) from error
        self.source = " ".join(filter(None, (loader.judging_hash, self.grading.source)))
        """sha256 of what judges and does not stand in the recipe: a task file; code or a model.
        Both where there are both, "" where there is neither."""
        self._file, self._named = loader.file, loader.named
        self._turns: ChatTurns | None = None
        """What renders its prompts; None where they are no chat turns."""
        self.duplicates = 0
        self.docs: dict[str, Any] = {}
        """The document of each question, by its id."""
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
        """The items of the task, each content once, in the order of its documents; nothing is
        asked for them yet.

        Raises:
            RecipeError: a document cannot be read.
        """
        with quiet(), self._mistakes.loading():
            items: list[Item] = []
            for doc_id, doc in enumerate(islice(self._task.eval_docs, self._limit)):
                item_id = content_id(doc)
                if item_id in self.docs:
                    self.duplicates += 1
                    continue
                self.docs[item_id] = doc
                choices = tuple(choice_texts(self._task, doc))
                text = "\n".join([question_text(self._task, doc), *choices])
                gold = gold_answer(self._task, doc) or ""
                group = self._group(doc)
                items.append(Item(self.name, item_id, doc_id, (), text, gold, group, choices))
        return items

    @property
    def _limit(self) -> int | None:
        """How many documents are asked, the first ones; None for all."""
        limit = self.term.limit
        return ceil(limit * len(self._task.eval_docs)) if isinstance(limit, float) else limit

    def _group(self, doc: Mapping[str, Any]) -> str:
        """What the recipe's `group` makes of a document."""
        if self.term.group is None:
            return ""
        try:
            return _templates.from_string(self.term.group).render(**doc).strip()
        except Exception as error:  # a template may raise anything that its expressions do
            known = ", ".join(map(str, doc))
            kind = "not a template" if isinstance(error, TemplateError) else "cannot be made"
            raise self._mistakes.found(
                f"group: {kind} ({error}); a document has the fields {known}"
            ) from None

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
        wanted = {item.doc_id: item for item in items}
        arguments = self._asking.chat_template_args or {}
        self._turns = ChatTurns(recorder.tokenizer, arguments) if chat_template else None
        with quiet(), self._mistakes.loading():
            self._refuse_ungiven(items)
            ids = {item.id for item in searched}
            keep_sealed(self._task, [*self.docs.values()], ids, units)
            asked = [
                self._asked(recorder, chat_template, wanted[doc_id], instances)
                for doc_id, instances in self._instances(recorder).items()
                if doc_id in wanted
            ]
            self._render_once()
            self._try(asked)
        return asked

    def _instances(self, recorder: Recorder) -> dict[int, list[Any]]:
        """What lm-eval asks for each document, by its place in the task."""
        chat_template = self._turns is not None
        self._task.set_fewshot_seed(FEWSHOT_SEED)  # so that examples are the same each time
        try:
            self._task.build_all_requests(
                limit=self._limit,
                system_instruction=self._asking.system or None,
                apply_chat_template=chat_template,
                fewshot_as_multiturn=chat_template,  # as simple_evaluate has it
                chat_template=self._turns,
                tokenizer_name=recorder.tokenizer_name if chat_template else "",
            )
        except RecipeError as error:
            raise self._mistakes.found(str(error)) from None
        by_doc: dict[int, list[Any]] = {}
        for instance in self._task.instances:
            by_doc.setdefault(instance.doc_id, []).append(instance)
        return by_doc

    def _try(self, items: Sequence[Item]) -> None:
        """Judge a few answers, so that what cannot judge is found before anything starts.

        What judges some of them and not others may be right to: a model that gives such an answer
        fails, and the others go on.
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

    def _render_once(self) -> None:
        """Have lm-eval keep what its templates make of a document: the same for every offspring.

        Compiling them again for each answer is most of what judging takes otherwise.
        """
        for name in ("doc_to_text", "doc_to_target", "doc_to_choice"):
            method = getattr(self._task, name)
            if not isinstance(method, Remembered):
                setattr(self._task, name, Remembered(method))

    def _asked(
        self, recorder: Recorder, chat_template: bool, item: Item, instances: list[Any]
    ) -> Item:
        requests: list[Request] = []
        counted, cut = [], 0
        instances.sort(key=lambda instance: instance.idx)
        try:
            for instance in self.grading.asked(instances, chat_template):
                made = self._answers.asked(recorder.record(instance), instance, item)
                cut = max(cut, recorder.cut)
                requests += made
                counted.append((instance, len(made)))
        except RecipeError as error:
            raise self._mistakes.found(str(error)) from None
        except AssertionError as error:
            raise self._mistakes.found(
                f"document {item.doc_id} does not fit the model ({error})"
                + ("; say a smaller max_gen_toks" if self.generates else "")
            ) from None
        self.grading.remember(item.doc_id, counted)
        return replace(item, requests=tuple(requests), cut=cut)

    @property
    def generates(self) -> bool:
        """Whether answers are generated, and not given ones asked for."""
        return self._task.OUTPUT_TYPE == "generate_until" and self.metric != GOLD_LOGPROB

    def _refuse_ungiven(self, items: Sequence[Item]) -> None:
        """Refuse a task whose right answers nobody can give."""
        found = golds.ungiven(self._task, [self.docs[i.id] for i in items], self.term.measure)
        if found is not None and found.hopeless:
            raise self._mistakes.found(found.told)

    def setup_cautions(self, items: Sequence[Item]) -> list[str]:
        """What keeps models from scoring, as far as it can be known before any has been asked.

        Args:
            items: of :meth:`ask`, called last.

        Raises:
            RecipeError: the recipe names a system turn, and the chat template has none.
        """
        if self._turns is not None and self._turns.unheard and self._asking.system:
            raise self._mistakes.found(
                "system: the chat template has no system turn, so nobody would hear it; put it "
                "into the questions (doc_to_text), or name another chat_template"
            )
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
            found = setup.cautions(items, [self.docs[item.id] for item in items])
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
        by_doc: dict[int, list[Any]] = {}
        for instance in sorted(self._task.instances, key=lambda instance: instance.idx):
            by_doc.setdefault(instance.doc_id, []).append(instance)
        with quiet(), self._mistakes.loading():
            found = (
                control(self._task, items, by_doc, recorder, chat_template),
                accuracy(self._task, self.term, items, by_doc, recorder, self._answers),
            )
        return [companion for companion in found if companion is not None]

    def leaks(self, items: Sequence[Item], prompts: Sequence[str]) -> Leaks:
        """Whether the right answers stand in what the model is shown.

        Args:
            prompts: each item's, with examples and chat template.
        """
        golds, choices = zip(*map(self.right, items), strict=True) if items else ((), ())
        return leaks(prompts, golds, choices)

    def right(self, item: Item) -> tuple[str | None, list[str]]:
        """The right answer to one of the items of :meth:`ask`, if it has one, and its choices."""
        doc = self.grading.doc(item)
        return gold_answer(self._task, doc), choice_texts(self._task, doc)
