"""A bank with an engine of transformers of its own, whose live model tests look into."""

import torch

from evomerge.cores import Cores
from evomerge.engine.loading import load
from evomerge.engine.transformers.engine import TransformersEngine
from evomerge.merge.making.bank import Bank

CPU = torch.device("cpu")


class LiveBank(Bank):
    """Gives the live model that an offspring was written into."""

    def __init__(self, parents, device=CPU, room=None):
        self.engine = TransformersEngine(None, Cores(1), device)
        super().__init__(parents, self.engine, device, room)

    def write(self, recipe, cores):
        super().write(recipe, cores)
        return self.engine.live


def live_in_float32(parent, device=CPU):
    """A parent's live model in float32, as calibration reads texts with it."""
    engine = TransformersEngine(None, Cores(1), device)
    load(engine, parent, Cores(1), torch.float32)
    return engine.live
