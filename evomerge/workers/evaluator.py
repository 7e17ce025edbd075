"""One evaluation: the offspring written into the live model, then asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.engine.request import prompt_hash
from evomerge.engine.transformers.batches import Work
from evomerge.engine.transformers.scorer import Scorer
from evomerge.errors import TrialError
from evomerge.ledger import Cost, State
from evomerge.merge.bank import Bank
from evomerge.weights import Parent
from evomerge.workers.protocol import Answer, Job


class Evaluator:
    """Holds the parents and a live model, and evaluates one job after the other.

    Args:
        parents: all parents that jobs may draw on, by name.
        tokenizer: their tokenizer.
        name: how it is called in records.
    """

    def __init__(
        self,
        parents: Mapping[str, Parent],
        tokenizer: Any,
        cores: Cores,
        device: torch.device,
        name: str,
    ) -> None:
        self._cores = cores
        self._bank = Bank(parents, device)
        self._scorer = Scorer(tokenizer, cores)
        where = f"{cores.count} cores" if device.type == "cpu" else str(device)
        self.name = f"{name} ({where})"

    def evaluate(self, job: Job, checkpoint: Callable[[], None] = lambda: None) -> Answer:
        """Evaluate a job; an offspring that cannot be scored gives a failed answer.

        Args:
            checkpoint: called between batches; what it raises ends the evaluation.
        """
        began = time.perf_counter()
        merged, work = began, Work(0.0, 0)
        try:
            live = self._bank.write(job.recipe, self._cores)
            merged = time.perf_counter()
            responses, work = self._scorer.answer(live, job.asked, checkpoint)
            state, reason = State.SCORED, ""
        except TrialError as error:
            state, reason, responses = State.FAILED, str(error), []
        except (MemoryError, torch.OutOfMemoryError) as error:
            state, reason, responses = State.FAILED, f"out of memory ({error})", []
        wall = time.perf_counter() - began
        merge_s = merged - began
        cost = Cost(merge_s, work.forward_s, max(0.0, wall - merge_s - work.forward_s), work.tokens)
        return Answer(job.key, state, reason, responses, cost, self.name, prompt_hash(job.asked))
