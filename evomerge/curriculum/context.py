"""What writers and verifiers work with in one cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evomerge.curriculum.asker import ModelAsker, ModelQuestion
from evomerge.curriculum.counted import counted
from evomerge.curriculum.documents import DocumentFields
from evomerge.curriculum.population import HumanItems, TaskReader
from evomerge.curriculum.programs import Programs
from evomerge.recipe import Curriculum
from evomerge.recipe.generation import GenerationSettings


@dataclass(frozen=True)
class CycleContext:
    """A cycle of a run: who can be asked, what there is, and what chance follows from."""

    curriculum: Curriculum
    cycle: int
    """Counted from 0."""
    seed: int
    """The run's."""
    asker: ModelAsker
    reader: TaskReader
    human: HumanItems
    programs: Programs
    fields: DocumentFields
    """Of the task's documents."""
    addresses: Mapping[str, ModelAsker]
    """Who asks the models that stand behind addresses, by the writers' names."""

    def key(self, *parts: str | int) -> int:
        """64 bits for something in this cycle."""
        return counted(self.seed, self.cycle, *parts)

    def question(
        self,
        model: str,
        prompt: str,
        saying: GenerationSettings,
        temperature: float,
        *parts: str | int,
    ) -> ModelQuestion:
        """A question to a model.

        Args:
            saying: what ends its answer.
            parts: what the answer is for; its chance follows from them.
        """
        return ModelQuestion(
            model,
            prompt,
            saying.max_gen_toks,
            saying.until,
            temperature,
            saying.top_p,
            self.key(*parts),
        )
