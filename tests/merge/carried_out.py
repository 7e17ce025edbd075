"""A merge method carried out on whole tensors."""

from __future__ import annotations

import torch

from evomerge.merge.making.filling import Computing
from evomerge.merge.methods import METHODS, Inputs


def merged(name, thetas, base=None, **settings):
    """What a method makes, in float32."""
    return made(name, Inputs(thetas, base), **settings)


def made(name, inputs, **settings):
    """The same of inputs."""
    out = torch.empty(inputs.shape)
    Computing(inputs, METHODS[name].make(inputs, **settings)).fill(out.view(-1))
    return out
