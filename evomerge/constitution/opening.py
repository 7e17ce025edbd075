"""The judge of a constitution, made from what the recipe says and the user allows."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from evomerge.constitution.by_function import JudgingFunction
from evomerge.constitution.by_model import JudgingModel
from evomerge.constitution.judge import PrincipleJudge
from evomerge.permissions import Permissions
from evomerge.recipe.constitution import ConstitutionJudge
from evomerge.score.judges.function import allowed_function
from evomerge.score.judges.judge import Asker
from evomerge.score.judges.judging import asker_of


@dataclass(frozen=True)
class OpenedJudge:
    """A judge, and what is known of it before it is asked."""

    judge: PrincipleJudge
    source: str
    """sha256 of what judges and does not stand in the recipe; "" where nothing does."""
    unasked: str = ""
    """Why it is not asked now, in words; "" where it may be."""
    asker: Asker | None = None
    """What puts prompts to a language model; None of a function."""

    @property
    def afresh(self) -> PrincipleJudge:
        """The judge without what it remembers to have said."""
        judge = self.judge
        return judge.forgetful() if isinstance(judge, JudgingModel) else judge


def open_judge(
    settings: ConstitutionJudge, permissions: Permissions, device: torch.device | None
) -> OpenedJudge:
    """The judge that a recipe names.

    Raises:
        RecipeError: a function or an address that is not allowed, or a function that is not there.
        ParentError: the judge is no model.
    """
    if settings.python is not None:
        function = allowed_function(settings.python, permissions)
        return OpenedJudge(JudgingFunction(function), function.sha256)
    asker, source, unasked = asker_of(settings.asked, permissions, device)
    return OpenedJudge(JudgingModel(asker, settings.asked.model), source, unasked, asker)
