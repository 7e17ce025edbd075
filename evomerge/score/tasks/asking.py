"""What a model is asked for the documents of a task, in the place of lm-eval's requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from evomerge.engine.request import Request
from evomerge.errors import RecipeError
from evomerge.recipe import Asking
from evomerge.score.foreign_code.mistakes import Mistakes
from evomerge.score.grading.grading import Grading
from evomerge.score.harness import Recorder
from evomerge.score.items.item import Item
from evomerge.score.loader import FEWSHOT_SEED
from evomerge.score.prompts.answering import Answers
from evomerge.score.prompts.chat import ChatTurns


@dataclass(frozen=True)
class TaskRequests:
    """How a task is asked.

    Args:
        task: an lm-eval task.
        answers: how its answers are generated.
        grading: is told what is asked for each document.
    """

    task: Any
    asking: Asking
    answers: Answers
    grading: Grading
    mistakes: Mistakes

    def items(
        self,
        items: Sequence[Item],
        recorder: Recorder,
        turns: ChatTurns | None,
        limit: int | None,
    ) -> list[Item]:
        """Items with what a model is asked for them, in the order of the task's documents.

        Args:
            turns: what renders prompts; None where they are no chat turns.
            limit: how many documents are built, the first ones; None for all.

        Raises:
            RecipeError: prompts cannot be built.
        """
        chosen = {item.doc_id: item for item in items}
        self._build(recorder, turns, limit)
        return [
            self._asked(recorder, turns is not None, chosen[doc_id], instances)
            for doc_id, instances in by_document(self.task).items()
            if doc_id in chosen
        ]

    def _build(self, recorder: Recorder, turns: ChatTurns | None, limit: int | None) -> None:
        """Have lm-eval build its requests for all documents."""
        chat_template = turns is not None
        self.task.set_fewshot_seed(FEWSHOT_SEED)  # so that examples are the same each time
        try:
            self.task.build_all_requests(
                limit=limit,
                system_instruction=self.asking.system or None,
                apply_chat_template=chat_template,
                fewshot_as_multiturn=chat_template,  # as simple_evaluate has it
                chat_template=turns,
                tokenizer_name=recorder.tokenizer_name if chat_template else "",
            )
        except RecipeError as error:
            raise self.mistakes.found(str(error)) from None

    def _asked(
        self, recorder: Recorder, chat_template: bool, item: Item, instances: list[Any]
    ) -> Item:
        requests: list[Request] = []
        counted, cut = [], 0
        try:
            for instance in self.grading.asked(instances, chat_template):
                made = self.answers.asked(recorder.record(instance), instance, item)
                cut = max(cut, recorder.cut)
                requests += made
                counted.append((instance, len(made)))
        except RecipeError as error:
            raise self.mistakes.found(str(error)) from None
        except AssertionError as error:
            raise self.mistakes.found(
                f"document {item.doc_id} does not fit the model ({error})"
                + ("; say a smaller max_gen_toks" if self.grading.generates else "")
            ) from None
        self.grading.instances.note(item.doc_id, counted)
        return replace(item, requests=tuple(requests), cut=cut)


def by_document(task: Any) -> dict[int, list[Any]]:
    """What lm-eval asks for each document, by its place in the task, in the order of asking."""
    found: dict[int, list[Any]] = {}
    for instance in task.instances:
        found.setdefault(instance.doc_id, []).append(instance)
    for instances in found.values():
        instances.sort(key=lambda instance: instance.idx)
    return found
