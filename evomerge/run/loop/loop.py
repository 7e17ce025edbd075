"""Between two cycles: the population writes items, and an adapter is trained on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch

from evomerge.errors import NoRoomError, Stopped, TrialError
from evomerge.ledger import AdapterTrained, Cost, ItemsMade, MadeItem, TrainingFailed, Use
from evomerge.recipe import Recipe
from evomerge.recipe.training import BASE
from evomerge.run.cycle.arm import Arm
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.folder.folder import RunFolder
from evomerge.run.loop.lessons import human_lessons, made_lessons
from evomerge.run.loop.made_items import made_items
from evomerge.run.loop.writing import written
from evomerge.run.placement import MakeWorkers
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.tasks.term import Term
from evomerge.training import Adapter, Example, train
from evomerge.weights import Parent, open_parent

NO_DATA, SHUFFLED, HUMAN = "no_data", "shuffled_answers", "human_only"
"""Controls, as the recipe names them."""


@dataclass(frozen=True)
class Renewed:
    """What a cycle has made for the next one."""

    parents: Sequence[Parent] = ()
    """Those that were trained, opened."""
    term: Term | None = None
    """Made items that the next cycle is scored on as well."""
    tokens: int = 0
    """What it took."""


@dataclass(frozen=True)
class Loop:
    """The loop of one arm; of a recipe without one it makes nothing.

    Args:
        prepared: the recipe over root parents.
        device: where adapters are trained.
    """

    prepared: Prepared
    folder: RunFolder
    make_workers: MakeWorkers
    checkpoint: Callable[[], None]
    device: torch.device
    arm: Arm

    @property
    def closes(self) -> bool:
        """Whether cycles make anything for each other but elites."""
        evolve = self.prepared.evolve
        return evolve.curriculum is not None or evolve.training is not None

    def renewed(self, nth: int, prepared: Prepared, elites: Sequence[Offspring]) -> Renewed:
        """What the cycle has made, now or in an earlier session.

        Args:
            nth: the cycle's place in its arm.
            prepared: with the parents that elites are made of.
            elites: best first.

        Raises:
            Stopped: the run is to stop, or the disk is full.
        """
        if not self.closes or self.arm.control == NO_DATA:
            return Renewed()
        tokens = 0
        if not self.arm.control:
            tokens += self._write(nth, prepared, elites)
        made = self._made(nth) if self.arm.control != HUMAN else []
        term = self._term(made) if not self.arm.control else None
        parents, spent = self._train(nth, made)
        return Renewed(parents, term, tokens + spent)

    def _write(self, nth: int, prepared: Prepared, elites: Sequence[Offspring]) -> int:
        """Have items made, unless they are on record; the tokens that it took."""
        if self.prepared.evolve.curriculum is None:
            return 0
        known = [one for one in self.folder.ledger.all_of(ItemsMade) if one.cycle == nth]
        if not known:
            before = self._made(nth)
            own = replace(prepared, recipe=self.prepared.recipe)
            known = [written(nth, own, elites, before, self.make_workers, self.checkpoint)]
            self.folder.ledger.record(*known)
        return known[0].tokens

    def _made(self, nth: int) -> list[MadeItem]:
        """All items that were made until the end of a cycle."""
        made = self.folder.ledger.all_of(ItemsMade)
        return [item for one in made if one.cycle <= nth for item in one.items]

    def _term(self, made: Sequence[MadeItem]) -> Term | None:
        curriculum = self.prepared.evolve.curriculum
        scored = [one.document for one in made if one.use is Use.SCORED]
        if curriculum is None or not curriculum.share or not scored:
            return None
        benchmark = self.prepared.benchmark
        return made_items(self.prepared, curriculum.task, scored).term(
            curriculum.share, benchmark.search_weight
        )

    def _train(self, nth: int, made: Sequence[MadeItem]) -> tuple[list[Parent], int]:
        """The adapter that was trained on what there is, as a parent; and the tokens it took."""
        training = self.prepared.evolve.training
        if training is None:
            return [], 0
        number, ledger = self.arm.number(nth), self.folder.ledger
        failed = [one for one in ledger.all_of(TrainingFailed) if one.cycle == number]
        if failed:
            return [], failed[0].cost.tokens
        out = self.folder.adapters / (f"{self.arm.control or 'cycle'}-{nth}")
        recorded = [one for one in ledger.all_of(AdapterTrained) if one.cycle == number]
        base = self._base(self.prepared.recipe)
        self.folder.adapters.mkdir(exist_ok=True)
        if not (recorded and out.exists()):
            try:
                adapter = train(
                    training,
                    self._lessons(made),
                    self.prepared.parents[base],
                    self.prepared.tokenizer,
                    out,
                    seed=self.prepared.evolve.seed,
                    device=self.device,
                    checkpoint=self.checkpoint,
                )
            except TrialError as error:
                ledger.record(TrainingFailed(number, str(error)))
                return [], 0
            except NoRoomError as error:
                raise Stopped(f"{error}; make room, then resume") from None
            if not recorded:
                recorded = [_on_record(number, adapter)]
                ledger.record(*recorded)
        return [open_parent(f"{base}+{out}")], recorded[0].cost.tokens

    def _lessons(self, made: Sequence[MadeItem]) -> list[Example]:
        curriculum, seed = self.prepared.evolve.curriculum, self.prepared.evolve.seed
        lessons = human_lessons(self.prepared)
        if curriculum is None:
            return lessons
        exchanged = seed if self.arm.control == SHUFFLED else None
        return [*lessons, *made_lessons(self.prepared, curriculum.task, made, exchanged)]

    def _base(self, recipe: Recipe) -> str:
        """The model that is trained."""
        training = self.prepared.evolve.training
        assert training is not None
        if training.from_model != BASE:
            return training.from_model
        return recipe.base_model or recipe.template


def _on_record(cycle: int, adapter: Adapter) -> AdapterTrained:
    return AdapterTrained(
        cycle,
        adapter.folder.name,
        adapter.base,
        adapter.base_sha256,
        adapter.weights_sha256,
        adapter.data_sha256,
        adapter.settings.model_dump(mode="json"),
        adapter.examples,
        adapter.versions,
        adapter.steps,
        adapter.loss,
        Cost(forward_s=adapter.seconds, tokens=adapter.tokens),
    )
