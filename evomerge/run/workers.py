"""Where the evaluations of a run are done."""

from __future__ import annotations

import torch

from evomerge.run.evolution import MakeWorkers
from evomerge.run.preflight import Prepared
from evomerge.workers.protocol import Workers


def workers_on(device: torch.device, count: int) -> MakeWorkers:
    """What makes one worker in this process, or several with Ray."""

    def make(prepared: Prepared) -> Workers:
        if count == 1:
            from evomerge.workers.local import LocalWorkers

            return LocalWorkers(prepared.parents, prepared.tokenizer, device)
        from evomerge.workers.ray import RayWorkers

        return RayWorkers(prepared.parents, prepared.tokenizer, device, count)

    return make
