"""Tokens drawn by counted chance: the same on every worker, in every batch, after every restart.

A probability becomes an integer weight, and sums of integers do not depend on how they are formed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import torch

from evomerge.engine.request import SamplingParams

WEIGHT = 1 << 40
"""Weight of the most probable token. Less probable ones by a factor of more than that are never
drawn; and the weights of 2^22 tokens have a sum that fits an int64."""


def draw(
    logits: torch.Tensor, params: Sequence[SamplingParams], positions: Sequence[int]
) -> torch.Tensor:
    """A token for each row.

    Args:
        logits: of shape (rows, vocabulary), finite.
        positions: how many tokens each row's answer has already.

    Returns:
        Token ids (int64) of shape (rows,).
    """
    temperatures = torch.tensor([p.temperature for p in params], dtype=torch.float64)
    behind = logits.double() - logits.double().amax(-1, keepdim=True)
    weights = ((behind / temperatures.to(logits.device)[:, None]).exp() * WEIGHT).long()
    order = None
    if any(p.top_k or p.top_p < 1 for p in params):
        weights, order = weights.sort(dim=-1, descending=True, stable=True)
        weights = _truncated(weights, params)
    sums = weights.cumsum(-1)
    totals = sums[:, -1].tolist()
    pairs = zip(params, positions, totals, strict=True)
    drawn = [_bits(p.key, position) * total >> 64 for p, position, total in pairs]
    index = torch.searchsorted(sums, torch.tensor(drawn, device=sums.device)[:, None], right=True)
    return (index if order is None else order.gather(-1, index))[:, 0]


def _truncated(weights: torch.Tensor, params: Sequence[SamplingParams]) -> torch.Tensor:
    """Weights, in falling order, without those that are not to be drawn: top_k (Fan et al. 2018),
    then top_p of what is left (Holtzman et al. 2020).
    """
    device, width = weights.device, weights.shape[1]
    most = torch.tensor([p.top_k or width for p in params], device=device)
    weights = weights.where(torch.arange(width, device=device) < most[:, None], 0)
    before = weights.cumsum(-1) - weights
    shares = torch.tensor([p.top_p for p in params], dtype=torch.float64, device=device)
    whole = weights.sum(-1, keepdim=True).double()
    return weights.where(before.double() < shares[:, None] * whole, 0)


def _bits(key: int, position: int) -> int:
    """64 random bits for a token of an answer."""
    digest = hashlib.blake2b(f"{key}|{position}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
