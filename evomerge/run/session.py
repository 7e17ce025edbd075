"""One process that goes on with a run: recorded, run to its end, and how it ended early."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from evomerge.errors import RunFolderError
from evomerge.ledger import Record, Registry, SessionBegan, Split, Watcher
from evomerge.logs import logging_to
from evomerge.recipe import Budget
from evomerge.report.budget import budget_of
from evomerge.report.ending import ending_of
from evomerge.run.approving.letting_out import settle
from evomerge.run.baselines.outlook import warn
from evomerge.run.evolution import Evolution
from evomerge.run.explaining.explaining import Explaining
from evomerge.run.explaining.explanation import Explanation
from evomerge.run.folder.beginning import begin, begin_session
from evomerge.run.folder.early_end import early_end_recorded
from evomerge.run.folder.environment import environment
from evomerge.run.folder.extension import extend, larger
from evomerge.run.folder.finished import Run, check_released, finished_run
from evomerge.run.folder.folder import RunFolder
from evomerge.run.folder.identity import Identity
from evomerge.run.folder.options import Options
from evomerge.run.folder.record_log import log_record
from evomerge.run.folder.untouched import Untouched
from evomerge.run.measuring import measured
from evomerge.run.placement import given, log_workers
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.watching.halts import Override, record_overrides
from evomerge.trackers.tracker import Tracker
from evomerge.trackers.tracking import tracking
from evomerge.workers.protocol import Workers
from evomerge.workers.ray import RayWorkers

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Session:
    """What a session works with.

    Args:
        folder: open for this process.
        workers: not yet given any parents.
        registry: where openings are counted beyond this run.
        checkpoint: called at safe moments; what it raises (a Stopped) ends the session.
        trackers: told of the search, by name.
    """

    prepared: Prepared
    folder: RunFolder
    workers: Workers
    registry: Registry
    options: Options
    checkpoint: Callable[[], None]
    trackers: Mapping[str, Tracker] = field(default_factory=dict)

    def search(
        self, raised: Budget | None, said: Override | None, *, force: bool, watch: Watcher | None
    ) -> Run:
        """Go through the run to its end; nothing is left to do of a finished one.

        Args:
            raised: limits of the budget that are raised.
            said: a person's word on rails that have paused it.
            force: whether to go on although versions have changed that decide scores.
            watch: told every record.

        Raises:
            RunFolderError: the folder belongs to another run.
            UserError: a limit is not raised, or nothing can be learnt.
            Stopped: it ended early, perhaps by a rail, and can be resumed.
        """
        self._begin(force)
        ledger = self.folder.ledger
        before = budget_of(ledger.events(), self.prepared.evolve.budget)
        budget = before if raised is None else larger(before, raised)
        if budget == before and (finished := finished_run(self.folder)) is not None:
            return self._finished(finished)
        longer = replace(self, prepared=self.prepared.with_budget(budget))
        tracked = tracking(ledger, self.folder.path, self.trackers)
        with self._logged(), tracked, early_end_recorded(self.folder, "evomerge resume"):
            if watch is not None:
                ledger.watch(watch)
            told = begin_session(ledger, self._record(before), force=force)
            untouched = Untouched.of(self.prepared, ledger)
            told += untouched.begin(force=force)
            record_overrides(ledger, said, self.folder.path)
            if budget != before:
                cycles = self.prepared.evolve.cycles
                extend(ledger, budget, ending_of(ledger.events(), cycles - 1))
            warn(ledger, told)
            longer._evolution(self.options.accept_format, untouched).run()
        run = finished_run(self.folder)
        assert run is not None
        return run

    def _finished(self, run: Run) -> Run:
        """A finished run, looked at again; what may leave quarantine leaves it."""
        settle(self.folder)
        run = finished_run(self.folder) or run
        check_released(run)
        return run

    def promote(self, number: int, *, accept_format: bool | None, force: bool) -> Run:
        """Test a finalist on the sealed items.

        Args:
            number: the finalist's place by validation.
            accept_format: whether a gain of format is promoted; None: as the run was begun.
            force: as for :meth:`search`.

        Raises:
            UserError: the run is not finished, or has no such finalist.
            Stopped: it ended early; done again, it goes on.
        """
        self._begin_finished(force)
        accepts = self.options.accept_format if accept_format is None else accept_format
        untouched = Untouched.of(self.prepared, self.folder.ledger)
        evolution = self._evolution(accepts, untouched)
        with self._after_end(number, force, "promote", str(number)):
            warn(self.folder.ledger, untouched.begin(force=force))
            return evolution.promote_finalist(number)

    def explain(self, evaluations: int, *, force: bool) -> Explanation:
        """Find what the winner's score is due to, on validation items.

        Args:
            evaluations: how many recipes are scored for it.
            force: as for :meth:`search`.

        Raises:
            UserError: the run is not finished.
            Stopped: it ended early; done again, it goes on.
        """
        self._begin_finished(force)
        prepared, folder = self.prepared, self.folder
        explaining = Explaining(prepared, folder, given(self.workers), self.checkpoint)
        with self._after_end(None, force, "explain", "--evaluations", str(evaluations)):
            return explaining.run(evaluations)

    def _begin_finished(self, force: bool) -> None:
        self._begin(force)
        if finished_run(self.folder) is None:
            path = self.folder.path
            raise RunFolderError(f"{path}: is not finished; use `evomerge resume` first")

    @contextlib.contextmanager
    def _after_end(
        self, finalist: int | None, force: bool, command: str, *arguments: str
    ) -> Iterator[None]:
        """What is done with a finished run, as a session on record."""
        ledger = self.folder.ledger
        recorded = early_end_recorded(self.folder, f"evomerge {command}", *arguments)
        with self._logged(), recorded:
            budget = budget_of(ledger.events(), self.prepared.evolve.budget)
            warn(ledger, begin_session(ledger, self._record(budget, finalist), force=force))
            yield

    @contextlib.contextmanager
    def _logged(self) -> Iterator[None]:
        """What this session does, in the driver's log."""
        log_workers(self.workers, self.folder.path)
        with logging_to(self.folder.path, "driver"):
            self.folder.ledger.watch(log_record, past=False)
            self._measure()
            if self.folder.orphans:
                LOG.warning("%d processes of a killed session were ended", self.folder.orphans)
            yield

    def _measure(self) -> None:
        """Have those who watch the cluster that workers are on see what is recorded, in numbers."""
        if isinstance(workers := self.workers, RayWorkers):

            def tell(record: Record) -> None:
                for number in measured(record.what):
                    workers.measure(number)

            self.folder.ledger.watch(tell, past=False)

    def _begin(self, force: bool) -> None:
        identity = Identity.of(self.prepared, self.workers.engine.identity, self.options)
        begin(self.folder, self.prepared, identity, self.registry, force=force)

    def _record(self, budget: Budget, finalist: int | None = None) -> SessionBegan:
        terms = self.prepared.benchmark.terms
        counts = {split.value: sum(len(term.items[split]) for term in terms) for split in Split}
        allowed = self.options.permissions.allow_judges
        trains = self.prepared.evolve.training is not None
        here = environment(self.workers, trains=trains)
        return SessionBegan(budget.model_dump(), counts, here, finalist, allowed)

    def _evolution(self, accept_format: bool, untouched: Untouched) -> Evolution:
        return Evolution(
            self.prepared,
            self.folder,
            given(self.workers),
            self.workers.device,
            self.checkpoint,
            self.registry,
            accept_format=accept_format,
            anyway=self.options.anyway,
            require_unchanged=untouched.check,
            glance=untouched.glance,
        )
