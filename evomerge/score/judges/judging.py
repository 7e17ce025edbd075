"""What judges the answers of a term of the fitness, made from what the recipe says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import torch

from evomerge.errors import RecipeError, Stopped
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm, JudgeSettings
from evomerge.score.judges.address import Address, allowed_key
from evomerge.score.judges.endpoint import Endpoint
from evomerge.score.judges.function import allowed_function
from evomerge.score.judges.judge import Asker, Judge, JudgeReply
from evomerge.score.judges.judge_model import JudgeModel
from evomerge.score.judges.program import Program
from evomerge.score.prompts.document import gold_answer, question_text
from evomerge.score.proof.scale import ASSUMED, BINARY, Scale


class Judgement(Protocol):
    """Judges the answers to a task's items."""

    def scores(self, docs: Sequence[Mapping[str, Any]], answers: Sequence[str]) -> list[float]:
        """The score of each answer, finite, higher is better.

        Args:
            docs: the documents that were asked about, as lm-eval has them.
            answers: what was answered, after the task's filter.

        Raises:
            TrialError: an answer cannot be judged.
        """
        ...

    def scores_afresh(
        self, docs: Sequence[Mapping[str, Any]], answers: Sequence[str]
    ) -> list[float]:
        """The same, from nothing: no answer that was judged before is remembered.

        Raises:
            TrialError: an answer cannot be judged, or not this time.
        """
        ...


@dataclass(frozen=True)
class Judging:
    """A judgement, and what a report calls it."""

    name: str
    judgement: Judgement
    source: str
    """sha256 of what judges and does not stand in the recipe; "" where nothing does."""
    scale: Scale = ASSUMED
    """What an answer can score: as is known of the judge, or else as most are."""
    concurrent: bool = False
    """Whether it judges the same while other work goes on. A program's time limit runs faster then,
    a model of this machine needs the same memory, and a user's function may want the main thread.
    """
    unasked: str = ""
    """Why it is not asked now, in words; "" where it may be tried."""

    def require_generated(self, generates: bool) -> None:
        """Check that there is something to judge.

        Args:
            generates: whether a task's answers are generated.

        Raises:
            RecipeError: they are not.
        """
        if not generates:
            raise RecipeError(
                f"has no generated answers for {self.name} to judge; take a task with output_type: "
                "generate_until, or a metric of the task"
            )


def judging_of(
    term: FitnessTerm, task: Any, permissions: Permissions, device: torch.device | None
) -> Judging | None:
    """What judges a term's answers; None where lm-eval does.

    Args:
        task: an lm-eval task.
        permissions: which functions may be run, and which addresses asked.
        device: where a judge of this machine runs.

    Raises:
        RecipeError: a function or an address that is not allowed, a function that is not there,
            a key that is not set.
        ParentError: the judge is no model.
    """
    if term.python is not None:
        function = allowed_function(term.python, permissions)
        return Judging(f"python {function.name}", function, function.sha256)
    if term.judge is not None:
        asker, source, unasked = asker_of(term.judge, permissions, device)
        question, gold = partial(question_text, task), partial(gold_answer, task)
        judge = Judge(asker, term.judge.rubric, question, gold)
        name, elsewhere = f"judge {term.judge.model}", term.judge.url is not None
        scale = Scale(0.0, 1.0)
        return Judging(name, judge, source, scale, concurrent=elsewhere, unasked=unasked)
    if term.program is not None:
        return Judging("program", Program(term.program), "", BINARY)
    return None


class NotAsked:
    """An address that nobody is to be sent anything by a check."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def ask(self, prompts: Sequence[str]) -> list[JudgeReply]:
        """Nothing is asked.

        Raises:
            Stopped: always.
        """
        raise Stopped(f"the judge at {self._address} is not to be asked now")


def asker_of(
    settings: JudgeSettings, permissions: Permissions, device: torch.device | None
) -> tuple[Asker, str, str]:
    """What is asked, the sha256 of its model, and why it is not asked now, if it is not.

    Raises:
        RecipeError: the user has not allowed the address, or its key is not set.
        ParentError: it is no model.
    """
    if settings.url is None:
        model = JudgeModel(settings.model, device)
        return model, model.sha256, ""
    address = Address.of(settings.url)
    if permissions.ask_judges:
        return Endpoint(settings.url, settings.model, allowed_key(settings, permissions)), "", ""
    unasked = f"the judge at {address} was not asked (--ask-judges has it tried)"
    try:
        allowed_key(settings, permissions)
    except RecipeError as error:
        unasked += f"; a run would end here: {error}"
    return NotAsked(address), "", unasked
