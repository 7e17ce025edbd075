"""What a worker does in a process of its own: it answers one job after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.engine.kind import EngineKind
from evomerge.engine.request import Request
from evomerge.recipe import Recipe
from evomerge.weights import Parent
from evomerge.workers.evaluator import Evaluator
from evomerge.workers.protocol import Answer, Job


class Actor:
    """An evaluator that is given recipes as plain values.

    Args:
        cores: how many its process may use.
        device: by its name.
        name: how it is called in records.
    """

    def __init__(
        self,
        parents: Mapping[str, Parent],
        tokenizer: Any,
        cores: int,
        device: str,
        engine: EngineKind,
        name: str,
    ) -> None:
        where = torch.device(device)
        self._cores = Cores.on(where, cores)
        self._cores.__enter__()
        self._evaluator = Evaluator(parents, tokenizer, self._cores, where, engine, name)

    def ready(self) -> None:
        """Answer as soon as it can work."""

    def evaluate(
        self,
        key: int,
        recipe: dict[str, Any],
        requests: Sequence[Sequence[Request]],
        chosen: Sequence[int] | None,
    ) -> Answer:
        """Evaluate a job, given as its parts.

        Args:
            requests: of all items.
            chosen: which of these to ask; None for all.
        """
        job = Job(key, Recipe.model_validate(recipe), requests, chosen)
        return self._evaluator.evaluate(job)
