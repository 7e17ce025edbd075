"""One evaluation: the offspring written into the engine, then asked."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.energy import energy_counter
from evomerge.engine.kind import EngineKind
from evomerge.engine.protocol import Work
from evomerge.engine.request import Request, Response, prompt_hash
from evomerge.errors import EvomergeError, TrialError
from evomerge.ledger import Cost, State
from evomerge.merge.making.bank import Bank
from evomerge.training.learning import learn
from evomerge.weights import Parent
from evomerge.workers.protocol import Answer, Job, JobTraining

LOG = logging.getLogger(__name__)


class Evaluator:
    """Holds the parents and an engine, and evaluates one job after the other.

    Args:
        parents: all parents that jobs may draw on, by name.
        tokenizer: their tokenizer.
        devices: where offspring are; they are made on the first.
        engine: which kind of engine answers.
        name: how it is called in records.
    """

    def __init__(
        self,
        parents: Mapping[str, Parent],
        tokenizer: Any,
        cores: Cores,
        devices: Sequence[torch.device],
        engine: EngineKind,
        name: str,
    ) -> None:
        self._cores, self._identity = cores, engine.identity
        self._parents, self._device = parents, devices[0]
        self._engine = engine.make(tokenizer, cores, *devices)
        self._joules = energy_counter(devices[0])
        self._bank = Bank(parents, self._engine, devices[0])
        on_cpu = devices[0].type == "cpu"
        where = f"{cores.count} cores" if on_cpu else ", ".join(map(str, devices))
        self.name = f"{name} ({where})"
        self._hashed: tuple[Sequence[Sequence[Request]], Sequence[int] | None, str]
        self._hashed = (), None, prompt_hash(())
        """Requests, those that were asked, and their hash."""

    def evaluate(self, job: Job, checkpoint: Callable[[], None] = lambda: None) -> Answer:
        """Evaluate a job; an offspring that cannot be scored gives a failed answer.

        So does one at which a library raises what nobody expected, as LAPACK at some matrices: the
        others go on.

        Args:
            checkpoint: called between batches; what it raises ends the evaluation.

        Raises:
            EvomergeError: what the user gave is wrong, whatever the offspring.
            OSError: a disk or a file system failed.
        """
        if job.training is not None:
            return self._train(job, job.training, checkpoint)
        LOG.info("job %d begins: %s, %d items", job.key, job.digest[:16], job.size)
        began, joules = time.perf_counter(), self._joules()
        merged, work, again = began, Work(0.0, 0), False
        responses: Sequence[Sequence[Response]] = []
        try:
            self._bank.write(job.recipe, self._cores)
            merged = time.perf_counter()
            answered = self._engine.answer(job.asked, checkpoint)
            responses, work = answered.items, answered.work
            state, reason = State.SCORED, ""
        except Exception as error:
            state, (reason, again) = State.FAILED, _failure(error)
        other_s = max(0.0, time.perf_counter() - merged - work.forward_s)
        used_j = _difference(joules, self._joules())
        cost = Cost(merged - began, work.forward_s, other_s, work.tokens, used_j)
        _log(job, state, reason, cost)
        prompts, who = self._hash_of(job), self._identity
        return Answer(job.key, state, reason, responses, cost, self.name, prompts, who, again)

    def _train(self, job: Job, training: JobTraining, checkpoint: Callable[[], None]) -> Answer:
        """Carry out a training; one that fails gives a failed answer."""
        LOG.info("job %d begins: training, %d texts", job.key, len(training.order.texts))
        began, joules = time.perf_counter(), self._joules()
        kept = training.kept if training.kept.has_place else None
        base, trained, again = self._parents[training.base], None, False
        state, reason = State.SCORED, ""
        try:
            trained = learn(training.order, base, self._cores, self._device, kept, checkpoint)
        except Exception as error:
            state, (reason, again) = State.FAILED, _failure(error)
        seconds = time.perf_counter() - began
        tokens = 0 if trained is None else trained.tokens
        cost = Cost(0.0, seconds, 0.0, tokens, _difference(joules, self._joules()))
        _log(job, state, reason, cost)
        return Answer(job.key, state, reason, (), cost, self.name, again=again, trained=trained)

    def _hash_of(self, job: Job) -> str:
        """The hash of what is asked: of most jobs here what was asked before."""
        requests, chosen, _ = self._hashed
        if requests is not job.requests or chosen != job.chosen:
            self._hashed = job.requests, job.chosen, prompt_hash(job.asked)
        return self._hashed[2]

    def close(self) -> None:
        """Let go of the engine's memory."""
        self._engine.close()


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _log(job: Job, state: State, reason: str, cost: Cost) -> None:
    failed = state is State.FAILED
    LOG.log(
        logging.WARNING if failed else logging.INFO,
        "job %d %s%s in %.3f s: %s (merging %.3f s, forward passes %.3f s, %d tokens)",
        *(job.key, state, f" ({reason})" if failed else "", cost.wall_s, job.digest[:16]),
        *(cost.merge_s, cost.forward_s, cost.tokens),
    )


def _failure(error: Exception) -> tuple[str, bool]:
    """Why an offspring failed, and whether another worker may not fail at it.

    Raises:
        Exception: what was raised is no offspring's fault.
    """
    if isinstance(error, TrialError):
        return str(error), False
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return f"out of memory ({error})", True
    if isinstance(error, EvomergeError | OSError):
        raise error
    LOG.warning("an error that nobody expected", exc_info=error)
    last = traceback.extract_tb(error.__traceback__)[-1]  # all of it stands in the log alone
    lines = str(error).strip().splitlines() or ["no message"]
    return f"{type(error).__name__}: {lines[0]} ({Path(last.filename).name}:{last.lineno})", True
