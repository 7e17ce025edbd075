"""Low-rank matrices beside a live model's weights: the one file that knows PEFT."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from evomerge.errors import UserError
from evomerge.recipe import Training
from evomerge.weights.layouts.stock import BUILDING

_NAME = re.compile(r"(\.lora_[AB])\.default\b")
"""Where PEFT's names of parameters have the adapter's, and its files do not."""


class LowRankModel:
    """A model whose weights stay, and low-rank matrices beside them that are to be learnt.

    Args:
        model: of transformers; the matrices are put into it.
        seed: decides the first values, by each matrix's name.

    Raises:
        UserError: it has none of the modules that are named, or one that is no linear layer.
    """

    def __init__(self, model: Any, settings: Training, seed: int) -> None:
        from peft import LoraConfig, get_peft_model

        target = settings.target
        config = LoraConfig(
            r=settings.rank,
            lora_alpha=settings.lora_alpha,
            target_modules=target if isinstance(target, str) else [*target],
            bias="none",
        )
        try:
            with BUILDING, _own_chance(), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of names in transformers, and of ties
                wrapped = get_peft_model(model, config)
        except ValueError as error:
            raise UserError(f"evolve.training.target: {_first_line(error)}") from None
        self.model, self._config = model, wrapped.peft_config["default"]
        learnt = ((n, p) for n, p in wrapped.named_parameters() if p.requires_grad)
        self.matrices = dict(sorted((_NAME.sub(r"\1", name), p) for name, p in learnt))
        """What is learnt, by the names that PEFT's files have, in their order."""
        for name, matrix in self.matrices.items():
            _begin(name, matrix, seed)

    def config_json(self, base: str) -> str:
        """The text of adapter_config.json: the same for the same adapter.

        Args:
            base: what it says that the base is called.
        """
        said = {**self._config.to_dict(), "base_model_name_or_path": base, "inference_mode": True}
        plain = {key: sorted(v) if isinstance(v, set) else v for key, v in said.items()}
        return json.dumps(plain, indent=2, sort_keys=True)


def _begin(name: str, matrix: torch.nn.Parameter, seed: int) -> None:
    """Set a matrix's first values: of A evenly between -1/sqrt(columns) and +1/sqrt(columns), as
    Hu et al. (2021, 2106.09685) have it in their code; of B zero, so that nothing is changed yet.

    Raises:
        UserError: the matrix is not a linear layer's.
    """
    if name.endswith(".lora_B.weight"):
        values = torch.zeros(matrix.shape)
    elif name.endswith(".lora_A.weight") and matrix.dim() == 2:
        digest = hashlib.blake2b(f"{seed}|{name}".encode(), digest_size=7).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest, "little"))
        values = torch.rand(matrix.shape, generator=generator) * 2 - 1
        values /= matrix.shape[1] ** 0.5
    else:
        module = name.removeprefix("base_model.model.").rpartition(".lora_")[0]
        raise UserError(f"evolve.training.target: {module} is no linear layer; name linear ones")
    with torch.no_grad():
        matrix.copy_(values)


@contextmanager
def _own_chance() -> Iterator[None]:
    """Leave torch's global generator as it was, from which PEFT draws values that are not used."""
    state = torch.get_rng_state()
    try:
        yield
    finally:
        torch.set_rng_state(state)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["PEFT refuses it"])[0]
