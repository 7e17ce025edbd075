"""A live model run through its layers in another order, without a copy of any weight.

Each place in the path has modules of its own around the same parameters, since a layer that is run
through twice has two key-value caches, told apart by the layer's number in its modules. They are
made once; another path only puts them in another order and numbers them anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import torch

from evomerge.engine.route import Route
from evomerge.engine.transformers.live import LiveModel
from evomerge.weights import ConfigKey
from evomerge.weights.configs.known import is_encoder_decoder
from evomerge.weights.layouts.residual import writes_residual

NUMBER = "layer_idx"
"""What modules call their layer's number, by which they find its cache."""


class Rewiring:
    """The order in which a live model runs through its layers.

    Args:
        path: what the model calls its stack of layers.
    """

    def __init__(self, live: LiveModel, path: str) -> None:
        self._model = live.model
        parent, _, self._name = path.rpartition(".")
        self._parent = live.model.get_submodule(parent)
        self._own: torch.nn.ModuleList = getattr(self._parent, self._name)
        self._settings: dict[ConfigKey, Any] = {}
        self._twins: dict[tuple[int, int], Twin] = {}

    @classmethod
    def of(cls, live: LiveModel, stack: str) -> Rewiring | None:
        """None for a model with states, an encoder or hooks of accelerate's, and for one whose
        layers do not find their caches by a number.

        Args:
            stack: what stands before the layers' numbers in stored names.
        """
        if live.is_spread or live.model._is_stateful or is_encoder_decoder(live.model.config):
            return None
        path = live.path_of(stack)
        layers = live.model.get_submodule(path) if path else ()
        numbered = [any(NUMBER in vars(part) for part in layer.modules()) for layer in layers]
        return cls(live, path) if path and numbered and all(numbered) else None

    def follow(self, route: Route) -> None:
        """Run through the layers as a route says."""
        self.undo()
        times = Counter[int]()
        layers: dict[str, torch.nn.Module] = {}
        for number, (layer, factor) in enumerate(zip(route.layers, route.factors, strict=True)):
            place = layer, times[layer]
            if place not in self._twins:
                self._twins[place] = Twin(self._own[layer])
            self._twins[place].stand_at(number, factor)
            layers[str(number)] = self._twins[place].layer
            times[layer] += 1
        stack = torch.nn.ModuleList()
        stack._modules = layers
        setattr(self._parent, self._name, stack)
        changed: Mapping[ConfigKey, Any] = route.relayered.lists
        self._settings = {key: self._set(key, value) for key, value in changed.items()}
        for key in route.relayered.keys:
            self._settings[key] = self._set(key, len(route.layers))

    def undo(self) -> None:
        """Run through the layers as they are in memory."""
        setattr(self._parent, self._name, self._own)
        for key, value in self._settings.items():
            self._set(key, value)
        self._settings = {}

    def _set(self, key: ConfigKey, value: Any) -> Any:
        """Say something else in the config that the model's modules look at; what it said."""
        config = self._model.config
        for step in key[:-1]:
            config = getattr(config, step)
        before = getattr(config, key[-1], None)
        setattr(config, key[-1], value)
        return before


class Twin:
    """A layer's modules once more, around the same parameters."""

    def __init__(self, layer: torch.nn.Module) -> None:
        self._numbered: list[dict[str, Any]] = []
        self._factor = 1.0
        self.layer = self._copied(layer, "")

    def _copied(self, module: torch.nn.Module, path: str) -> torch.nn.Module:
        """A module with modules of its own in it, which shares all else."""
        twin = object.__new__(type(module))
        own = twin.__dict__
        own.update(module.__dict__)
        own["_modules"] = {
            name: None if child is None else self._copied(child, f"{path}.{name}")
            for name, child in module._modules.items()
        }
        if NUMBER in own:
            self._numbered.append(own)
        if any(writes_residual(f"{path}.{name}") for name in module._parameters):
            own["_forward_hooks"] = module._forward_hooks.copy()
            twin.register_forward_hook(self._scale)
        return twin

    def stand_at(self, number: int, factor: float) -> None:
        """Take a place in a path.

        Args:
            factor: what all that the layer adds is multiplied by.
        """
        self._factor = factor
        for own in self._numbered:
            own[NUMBER] = number

    def _scale(self, module: torch.nn.Module, inputs: Any, output: Any) -> Any:
        return output if self._factor == 1 else output * self._factor
