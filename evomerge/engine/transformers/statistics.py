"""What a model does with texts: its Fisher information, its inner products of inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from evomerge.engine.transformers.live import LiveModel
from evomerge.weights import Parent, offspring_config

Statistics = Mapping[str, torch.Tensor]
"""By the name of the tensor in the checkpoint; what is not in it has none."""


class Reader:
    """A parent in float32, to be run on texts."""

    def __init__(self, parent: Parent, device: torch.device) -> None:
        self.parent, self.device = parent, device
        live = LiveModel(
            parent, offspring_config(parent.config, "float32", None), torch.float32, device
        )
        self.model: Any = live.model
        self.bound = live.bind(parent.tensors.specs)
        """The model's tensors by their names in the checkpoint."""
        with torch.no_grad():
            for name, target in self.bound.items():
                target.copy_(parent.tensors.tensor(name))

    def readable(self, ids: Sequence[int]) -> list[int]:
        """Those of a text's tokens that the model has a row for, as many as it has positions."""
        rows = len(self.model.get_input_embeddings().weight)
        config = self.model.config.get_text_config(decoder=True)
        positions = getattr(config, "max_position_embeddings", None) or -1
        known = [number for number in ids if number < rows]
        return known if positions < 0 else known[:positions]  # XLNet says -1: any

    def logits(self, ids: Sequence[int]) -> torch.Tensor:
        """For each position what comes next, (tokens, vocabulary)."""
        read = self.model(input_ids=torch.tensor([ids], device=self.device), use_cache=False)
        out: torch.Tensor = read.logits[0]
        return out


def information(reader: Reader, prompts: Sequence[Sequence[int]]) -> Statistics:
    """The diagonal of the Fisher information of each parameter, a token's mean (2111.09832).

    That is E (d log p(y) / d theta)^2 with y as the model itself would go on, which is drawn once
    for every position. Gradients of different positions have a mean of 0 and are independent, so
    the square of their sum over a text expects the sum of their squares.
    """
    wanted = {n: t for n, t in reader.bound.items() if isinstance(t, torch.nn.Parameter)}
    total = {name: torch.zeros_like(parameter) for name, parameter in wanted.items()}
    with torch.inference_mode(False), torch.enable_grad():
        reader.model.requires_grad_(True)
        for number, ids in enumerate(prompts):
            chances = reader.logits(ids).log_softmax(-1)
            drawn = _draw(chances.detach(), number)
            gradients = torch.autograd.grad(
                chances.gather(1, drawn[:, None]).sum(), [*wanted.values()], allow_unused=True
            )
            for name, gradient in zip(wanted, gradients, strict=True):
                if gradient is not None:
                    total[name] += gradient.square()
    tokens = sum(map(len, prompts))
    return {name: square.div_(tokens) for name, square in total.items()}


def grams(reader: Reader, prompts: Sequence[Sequence[int]]) -> Statistics:
    """Sum x x' over the inputs x of every linear layer, (in, in), float64, a token's mean.

    What is tied to the embedding has none: it is a table as well.
    """
    names = {id(tensor): name for name, tensor in reader.bound.items()}
    names.pop(id(reader.model.get_input_embeddings().weight), None)
    total: dict[str, torch.Tensor] = {}

    def add(module: torch.nn.Linear, inputs: tuple[torch.Tensor, ...]) -> None:
        x = inputs[0].flatten(0, -2).double()
        name = names[id(module.weight)]
        if name not in total:
            total[name] = x.new_zeros((x.shape[1], x.shape[1]))
        total[name].addmm_(x.T, x)

    hooks = [
        module.register_forward_pre_hook(add)
        for module in reader.model.modules()
        if isinstance(module, torch.nn.Linear) and id(module.weight) in names
    ]
    with torch.no_grad():
        for ids in prompts:
            reader.logits(ids)
    for hook in hooks:
        hook.remove()
    tokens = sum(map(len, prompts))
    return {name: gram.div_(tokens) for name, gram in total.items()}


def _draw(chances: torch.Tensor, number: int) -> torch.Tensor:
    """A token for each position, by its probability; the same for every model and device."""
    u = torch.from_numpy(np.random.default_rng(number).random(len(chances)))
    below = chances.double().exp().cumsum(-1)
    at = torch.searchsorted(below, u.to(below.device)[:, None] * below[:, -1:])
    return at[:, 0].clamp_max(chances.shape[1] - 1)
