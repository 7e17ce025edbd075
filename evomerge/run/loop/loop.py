"""Between two cycles: the population writes items, and an adapter is trained on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evomerge.errors import EvomergeError, NoRoomError, Stopped, TrialError
from evomerge.ledger import (
    PROBES,
    AdapterTrained,
    Correction,
    Event,
    ItemsMade,
    MadeItem,
    TrainingBegan,
    TrainingFailed,
    TrainingWent,
    Use,
    WritingBegan,
)
from evomerge.recipe.training_base import training_base
from evomerge.report.budget import since_raised
from evomerge.run.cycle.arm import Arm
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.folder.folder import RunFolder
from evomerge.run.loop.corrections import filed
from evomerge.run.loop.lessons import human_lessons, made_lessons
from evomerge.run.loop.made_items import made_items
from evomerge.run.loop.writing import written
from evomerge.run.placement import MakeWorkers
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.tasks.term import Term
from evomerge.training import Adapter, Example, data_sha256
from evomerge.weights import Parent, open_parent
from evomerge.workers.training import train_by

HASH = 12
"""Hexadecimal digits of a hash that name a folder."""
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
    """

    prepared: Prepared
    folder: RunFolder
    make_workers: MakeWorkers
    checkpoint: Callable[[], None]
    arm: Arm

    @property
    def closes(self) -> bool:
        """Whether cycles make anything for each other but elites."""
        evolve = self.prepared.evolve
        return evolve.curriculum is not None or evolve.training is not None

    def renewed(
        self,
        nth: int,
        prepared: Prepared,
        elites: Sequence[Offspring],
        corrections: Sequence[Correction] = (),
    ) -> Renewed:
        """What the cycle has made, now or in an earlier session.

        Args:
            nth: the cycle's place in its arm.
            prepared: with the parents that elites are made of.
            elites: best first.
            corrections: what the cycle's elites should have answered.

        Raises:
            Stopped: the run is to stop, or the disk is full.
        """
        if not self.closes or self.arm.control == NO_DATA:
            return Renewed()
        tokens = 0
        if not self.arm.control:
            tokens += self._write(nth, prepared, elites)
            self._file(nth, corrections)
        made = self._made(nth) if self.arm.control != HUMAN else []
        term = self._term(made) if not self.arm.control else None
        parents, spent = self._train(nth, made)
        return Renewed(parents, term, tokens + spent)

    def _write(self, nth: int, prepared: Prepared, elites: Sequence[Offspring]) -> int:
        """Have items made, unless they are on record; the tokens that it took."""
        if self.prepared.evolve.curriculum is None:
            return 0
        known = [one for one in self._written if one.cycle == nth and one.task != PROBES]
        if not known:
            before, own = self._made(nth), replace(prepared, recipe=self.prepared.recipe)
            # Where all elites break the constitution nobody leads, and nobody writes.
            made = ItemsMade(nth, self.prepared.evolve.curriculum.task)
            if elites:
                self.folder.ledger.record(WritingBegan(nth))
                made = written(nth, own, elites, before, self.make_workers, self.checkpoint)
            known = [replace(made, elites=tuple(elite.digest for elite in elites))]
            self.folder.ledger.record(*known)
        return known[0].tokens

    def _file(self, nth: int, corrections: Sequence[Correction]) -> None:
        """Have corrections filed to be trained on, unless they are on record."""
        if self.prepared.evolve.training is None or not corrections:
            return
        if not any(one.cycle == nth and one.task == PROBES for one in self._written):
            made = filed(nth, self.prepared, corrections, self._made(nth))
            self.folder.ledger.record(made)

    def _made(self, nth: int) -> list[MadeItem]:
        """All items that were made until the end of a cycle."""
        return [item for one in self._written if one.cycle <= nth for item in one.items]

    @property
    def _written(self) -> list[ItemsMade]:
        """What was written since the budget was last raised: in a longer run others write."""
        events = since_raised(self.folder.ledger.events())
        return [event for event in events if isinstance(event, ItemsMade)]

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
        """The adapter that is trained on what there is, as a parent; and the tokens it took."""
        training = self.prepared.evolve.training
        if training is None:
            return [], 0
        number, ledger = self.arm.number(nth), self.folder.ledger
        lessons, base = self._lessons(made), training_base(self.prepared.recipe)
        assert base is not None
        # What a folder holds follows from its name: settings and seed are those of the run.
        out = self.folder.adapters / f"{self.arm.name(nth)}-{data_sha256(lessons)[:HASH]}"
        known = _training(since_raised(ledger.events()), number)
        event = known or self._trained(lessons, self.prepared.parents[base], out, number)
        if known is None:
            ledger.record(event)
        elif isinstance(known, AdapterTrained) and not out.exists():
            _require_same(known, self._trained(lessons, self.prepared.parents[base], out, number))
        failed = isinstance(event, TrainingFailed)
        return [] if failed else [open_parent(f"{base}+{out}")], event.cost.tokens

    def _trained(
        self, lessons: Sequence[Example], base: Parent, out: Path, number: int
    ) -> AdapterTrained | TrainingFailed:
        """Train, unless a killed session has done that; what is to be recorded of it."""
        training, path = self.prepared.evolve.training, self.folder.path
        assert training is not None
        if out.exists():
            return Adapter.read(out).event(number, path)
        self.folder.ledger.record(TrainingBegan(number, training.steps, len(lessons)))
        try:
            adapter, cost = train_by(
                self.make_workers(self.prepared),
                training,
                lessons,
                base,
                self.prepared.tokenizer,
                out,
                seed=self.prepared.evolve.seed,
                checkpoint=self.checkpoint,
                went=lambda steps: self.folder.ledger.record(TrainingWent(number, steps)),
            )
        except TrialError as error:
            return TrainingFailed(number, str(error))
        except NoRoomError as error:
            raise Stopped(f"{error}; make room, then resume") from None
        return adapter.event(number, path, cost.energy_j)

    def _lessons(self, made: Sequence[MadeItem]) -> list[Example]:
        seed = self.prepared.evolve.seed if self.arm.control == SHUFFLED else None
        return [*human_lessons(self.prepared), *made_lessons(self.prepared, made, seed)]


def _training(events: Sequence[Event], number: int) -> AdapterTrained | TrainingFailed | None:
    """What came of the training at the end of a cycle, if it is on record."""
    trainings = (one for one in events if isinstance(one, AdapterTrained | TrainingFailed))
    return next((one for one in trainings if one.cycle == number), None)


def _require_same(known: AdapterTrained, again: AdapterTrained | TrainingFailed) -> None:
    """Check that an adapter that was lost and trained again is what it was.

    Raises:
        EvomergeError: it is another one.
    """
    found = again.weights_sha256 if isinstance(again, AdapterTrained) else again.reason
    if found != known.weights_sha256:
        raise EvomergeError(
            f"{known.folder} is gone, and was trained again to other weights ({found}; it was "
            f"{known.weights_sha256}): the run cannot go on from it; begin anew in another folder"
        )
