"""A term of the fitness: the items of its task, and who judges answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from evomerge.errors import RecipeError, Stopped, TrialError, UserError
from evomerge.recipe import FitnessTerm
from evomerge.score.audits.leak import Leaks, leaks
from evomerge.score.companions import Companion, accuracy, control
from evomerge.score.document import choice_texts, gold_answer, question_text
from evomerge.score.gold import GOLD_LOGPROB
from evomerge.score.grading import Grading
from evomerge.score.harness import Loader, Recorder
from evomerge.score.item import Item, content_id
from evomerge.score.mistakes import Mistakes
from evomerge.score.quiet import quiet
from evomerge.score.remembered import Remembered
from evomerge.score.request import Request, silence


class Task:
    """A term of a recipe's fitness: its items, and the judgement of answers.

    Args:
        include_paths: folders of tasks, trusted to run code when they are loaded.
        at: where the recipe has the term, for error messages.
        allow_python: whether functions that the recipe names may be run.
        device: where a judge of this machine runs; by default on the GPU if there is one.

    Raises:
        RecipeError: there is no such task or metric, the metric is no mean over items, the task
            would sample or run code, or what is to judge cannot.
    """

    def __init__(
        self,
        term: FitnessTerm,
        include_paths: Sequence[Path],
        at: str = "",
        *,
        allow_python: bool = False,
        device: torch.device | None = None,
    ) -> None:
        self.term = term
        self._mistakes = Mistakes(term, at)
        loader = Loader(term, include_paths, self._mistakes)
        self._task = loader.load()
        self.name: str = term.name or self._task.config.task
        """What its items' scores are filed under."""
        try:
            self.grading = Grading(self._task, term, allow_python, device)
        except UserError as error:
            raise self._mistakes.found(str(error)) from None
        self.source = " ".join(filter(None, (loader.judging_hash, self.grading.source)))
        """sha256 of what judges and does not stand in the recipe: a task file; code or a model.
        Both where there are both, "" where there is neither."""
        self.duplicates = 0

    @property
    def metric(self) -> str:
        """What judges: a metric's name, without a filter, or what stands in its place."""
        return self.grading.name

    def build(self, recorder: Recorder, chat_template: bool) -> list[Item]:
        """All items of the task, each content once, in the order of the task's documents.

        Raises:
            RecipeError: prompts cannot be built, or a first answer, an empty one, not be judged.
        """
        with quiet(), self._mistakes.in_folder(Path.cwd()):
            self._task.build_all_requests(
                apply_chat_template=chat_template,
                fewshot_as_multiturn=chat_template,  # as simple_evaluate has it
                chat_template=recorder.apply_chat_template if chat_template else None,
                tokenizer_name=recorder.tokenizer_name if chat_template else "",
            )
            items = self._items(recorder, chat_template)
            self._render_once()
            self._try(items[:1])
        return items

    def _try(self, items: Sequence[Item]) -> None:
        """Judge silence, so that what cannot judge at all is found before anything starts."""
        try:
            self.grading.grade(items, [silence(item.requests) for item in items])
        except (RecipeError, TrialError, Stopped) as error:
            raise self._mistakes.found(str(error)) from error

    def _items(self, recorder: Recorder, chat_template: bool) -> list[Item]:
        by_doc: dict[int, list[Any]] = {}
        for instance in self._task.instances:
            by_doc.setdefault(instance.doc_id, []).append(instance)
        items: dict[str, Item] = {}
        for instances in by_doc.values():
            item_id = content_id(instances[0].doc)
            if item_id in items:
                self.duplicates += 1
                continue
            instances.sort(key=lambda instance: instance.idx)
            items[item_id] = self._item(recorder, chat_template, item_id, instances)
        return list(items.values())

    def _render_once(self) -> None:
        """Have lm-eval keep what its templates make of a document: the same for every offspring.

        Compiling them again for each answer is most of what judging takes otherwise.
        """
        for name in ("doc_to_text", "doc_to_target", "doc_to_choice"):
            setattr(self._task, name, Remembered(getattr(self._task, name)))

    def _item(
        self, recorder: Recorder, chat_template: bool, item_id: str, instances: list[Any]
    ) -> Item:
        doc, doc_id = instances[0].doc, instances[0].doc_id
        requests: list[Request] = []
        counted = []
        try:
            for instance in self.grading.asked(instances, chat_template):
                made = recorder.record(instance)
                requests += made
                counted.append((instance, len(made)))
        except RecipeError as error:
            raise self._mistakes.found(str(error)) from None
        except AssertionError as error:
            raise self._mistakes.found(
                f"document {doc_id} does not fit the model ({error})"
            ) from None
        self.grading.remember(doc_id, counted)
        text = "\n".join([question_text(self._task, doc), *choice_texts(self._task, doc)])
        gold = gold_answer(self._task, doc) or ""
        return Item(self.name, item_id, doc_id, tuple(requests), text, gold)

    def companions(
        self, items: Sequence[Item], recorder: Recorder, chat_template: bool
    ) -> list[Companion]:
        """What a gain in gold_logprob is to be held against; nothing for what else is measured.

        To be called when the requests of the items were the last ones that were built.

        Args:
            items: some of those of :meth:`build`. Wrong answers are taken from among them.
        """
        if self.grading.name != GOLD_LOGPROB:
            return []
        by_doc: dict[int, list[Any]] = {}
        for instance in sorted(self._task.instances, key=lambda instance: instance.idx):
            by_doc.setdefault(instance.doc_id, []).append(instance)
        with quiet(), self._mistakes.in_folder(Path.cwd()):
            found = (
                control(self._task, items, by_doc, recorder, chat_template),
                accuracy(self._task, self.term, items, by_doc, recorder),
            )
        return [companion for companion in found if companion is not None]

    def leaks(self, items: Sequence[Item], prompts: Sequence[str]) -> Leaks:
        """Whether the right answers stand in what the model is shown.

        Args:
            prompts: each item's, with examples and chat template.
        """
        docs = [self.grading.doc(item) for item in items]
        golds = [gold_answer(self._task, doc) for doc in docs]
        choices = [choice_texts(self._task, doc) for doc in docs]
        return leaks(prompts, golds, choices)
