"""A way through the layers of a model that an engine has in memory."""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.weights import Relayered


@dataclass(frozen=True)
class Route:
    """Which layers an offspring runs through, in which order, and what they count for."""

    stack: str
    """What stands before the layers' numbers in the names of the checkpoint's tensors."""
    layers: tuple[int, ...]
    """For each layer of the offspring, its number in the model in memory."""
    factors: tuple[float, ...]
    """For each layer of the offspring, what all that it adds to the residual stream is multiplied
    by. Where the stream is to be multiplied by w_1 ... w_t before layers 1 ... t, that is
    1 / (w_1 ... w_t): a norm before each use of the stream cancels what is common to all of it."""
    relayered: Relayered
    """What config.json says of the layers in this order."""
