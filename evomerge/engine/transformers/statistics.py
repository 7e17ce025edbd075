"""What a model does with texts: its Fisher information, its inner products of inputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from evomerge.engine.protocol import Statistics
from evomerge.engine.transformers.live import LiveModel


def readable(live: LiveModel, tokens: Sequence[int]) -> list[int]:
    """Those of a text's tokens that the model has a row for, as many as it has positions."""
    rows = len(live.model.get_input_embeddings().weight)
    config = live.model.config.get_text_config(decoder=True)
    positions = getattr(config, "max_position_embeddings", None) or -1
    known = [number for number in tokens if number < rows]
    return known if positions < 0 else known[:positions]  # XLNet says -1: any


def logits(live: LiveModel, tokens: Sequence[int]) -> torch.Tensor:
    """For each position what comes next, of shape (tokens, vocabulary)."""
    ids = torch.tensor([tokens], device=live.device)
    out: torch.Tensor = live.model(input_ids=ids, use_cache=False).logits[0]
    return out


def information(live: LiveModel, prompts: Sequence[Sequence[int]]) -> Statistics:
    """The diagonal of the Fisher information of each parameter, a token's mean (2111.09832).

    That is E (d log p(y) / d theta)^2 with y as the model itself would go on, which is drawn once
    for every position. Gradients of different positions have a mean of 0 and are independent, so
    the square of their sum over a text expects the sum of their squares.
    """
    wanted = {n: t for n, t in live.tensors.items() if isinstance(t, torch.nn.Parameter)}
    total = {name: torch.zeros_like(parameter) for name, parameter in wanted.items()}
    with torch.inference_mode(False), torch.enable_grad():
        live.model.requires_grad_(True)
        for number, ids in enumerate(prompts):
            chances = logits(live, ids).log_softmax(-1)
            drawn = _draw(chances.detach(), number)
            gradients = torch.autograd.grad(
                chances.gather(1, drawn[:, None]).sum(), [*wanted.values()], allow_unused=True
            )
            for name, gradient in zip(wanted, gradients, strict=True):
                if gradient is not None:
                    total[name] += gradient.square()
    tokens = sum(map(len, prompts))
    return {name: square.div_(tokens) for name, square in total.items()}


def grams(live: LiveModel, prompts: Sequence[Sequence[int]]) -> Statistics:
    """Sum x x' over the inputs x of every linear layer, (in, in), float64, a token's mean.

    What is tied to the embedding has none: it is a table as well.
    """
    names = {id(tensor): name for name, tensor in live.tensors.items()}
    names.pop(id(live.model.get_input_embeddings().weight), None)
    total: dict[str, torch.Tensor] = {}

    def add(module: torch.nn.Linear, inputs: tuple[torch.Tensor, ...]) -> None:
        x = inputs[0].flatten(0, -2).double()
        name = names[id(module.weight)]
        if name not in total:
            total[name] = x.new_zeros((x.shape[1], x.shape[1]))
        total[name].addmm_(x.T, x)

    hooks = [
        module.register_forward_pre_hook(add)
        for module in live.model.modules()
        if isinstance(module, torch.nn.Linear) and id(module.weight) in names
    ]
    with torch.no_grad():
        for ids in prompts:
            logits(live, ids)
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


FINDERS = {"information": information, "grams": grams}
"""What finds each statistic, by its name."""
