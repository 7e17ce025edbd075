"""All engines there are, and which one is taken where nothing else is said."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from evomerge.cores import Cores
from evomerge.engine.fake import FAKE
from evomerge.engine.kind import EngineKind
from evomerge.engine.protocol import CalibratingEngine
from evomerge.engine.transformers.engine import TRANSFORMERS, TransformersEngine

ENGINES: Mapping[str, EngineKind] = {kind.name: kind for kind in (TRANSFORMERS, FAKE)}
"""By name."""

DEFAULT = TRANSFORMERS


def calibrating_engine(device: torch.device) -> CalibratingEngine:
    """The engine that parents read calibration texts with.

    It is the same one whatever engine scores: the weights of an offspring are a function of its
    recipe and parents.
    """
    return TransformersEngine(None, Cores(1), device)
