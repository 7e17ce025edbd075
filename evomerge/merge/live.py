"""A transformers model whose parameters offspring after offspring is written into."""

from __future__ import annotations

import re
import textwrap
import threading
from collections.abc import Mapping
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from evomerge.errors import ParentError
from evomerge.weights import Parent, Spec

_BUILDING = threading.Lock()
"""transformers exchanges torch's own functions meanwhile, for all threads."""


class LiveModel:
    """A language model in memory, its weights to be written in place.

    A vision-language model is one that is given no images.

    Args:
        template: the parent that gives architecture and generation config.
        config: config.json of the offspring.
        dtype: type of the parameters.

    Raises:
        ParentError: transformers does not know the architecture.
    """

    def __init__(
        self, template: Parent, config: dict[str, Any], dtype: torch.dtype, device: torch.device
    ) -> None:
        from transformers import (
            AutoConfig,
            AutoModelForCausalLM,
            AutoModelForImageTextToText,
            GenerationConfig,
        )
        from transformers.initialization import no_init_weights
        from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING

        plain = {key: value for key, value in config.items() if key != "model_type"}
        try:
            self.config = AutoConfig.for_model(config.get("model_type", ""), **plain)
            has_text_alone = type(self.config) in MODEL_FOR_CAUSAL_LM_MAPPING
            auto = AutoModelForCausalLM if has_text_alone else AutoModelForImageTextToText
            with _BUILDING, no_init_weights(), device:
                self.model = auto.from_config(self.config, dtype=dtype)
            self.model.tie_weights()
            if template.generation_config is not None:
                generation = GenerationConfig.from_dict(template.generation_config)
                self.model.generation_config = generation
        except Exception as error:  # whatever a config.json can do wrong
            raise ParentError(
                f"{template.name}: not a causal language model that transformers knows "
                f"({textwrap.shorten(str(error), 200)})"
            ) from None
        self.model.eval().requires_grad_(False)
        if (head := self.model.get_output_embeddings()) is not None:
            head.register_forward_pre_hook(_read_contiguous)
        self.device = device
        self._targets = _targets(self.model)
        self._twins = _as_stored(self.model, self.model.state_dict(keep_vars=True)).keys()

    def bind(self, specs: Mapping[str, Spec]) -> dict[str, torch.Tensor]:
        """The live tensor that each tensor of the checkpoint is to be written into.

        Tied tensors appear once. Where a checkpoint holds both of them, the one that the model
        counts as its parameter is taken.

        Raises:
            ParentError: the checkpoint does not cover the model, or holds what the model lacks.
        """
        prefix = f"{self.model.base_model_prefix}."
        bound: dict[str, torch.Tensor] = {}
        covered: set[int] = set()
        ignored = getattr(self.model, "_keys_to_ignore_on_load_unexpected", None) or ()
        for name, spec in specs.items():
            target = self._targets.get(name)
            target = self._targets.get(prefix + name) if target is None else target
            if target is not None:
                if tuple(target.shape) != spec.shape:
                    raise ParentError(
                        f"{name} is {[*spec.shape]}, but config.json makes it {[*target.shape]}"
                    )
                bound[name] = target
                covered.add(id(target))
            elif not {name, prefix + name} & self._twins and not any(
                re.search(p, name) for p in ignored
            ):
                raise ParentError(f"{type(self.model).__name__} has no tensor {name}")
        missing = [n for n, t in self._targets.items() if id(t) not in covered]
        if missing:
            raise ParentError(f"{type(self.model).__name__} needs {missing[0]}; no parent has it")
        return bound


def _read_contiguous(head: torch.nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """The last positions of a batch are a view, and torch would copy the head for each row of it.

    That took three quarters of the forward pass of a 135M model with 49,152 tokens.
    """
    return tuple(x.contiguous() if isinstance(x, torch.Tensor) else x for x in inputs)


def _targets(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Parameters and saved buffers by the names that they are stored under, each storage once."""
    targets = dict(model.named_parameters(remove_duplicate=True))
    parameters = set(targets)
    saved = model.state_dict(keep_vars=True)
    buffers = {n: b for n, b in model.named_buffers() if n in saved and n not in parameters}
    return _as_stored(model, {**targets, **buffers})


def _as_stored(
    model: torch.nn.Module, tensors: Mapping[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """A model's tensors as its checkpoint has them, each a view of the model's.

    transformers 5 holds all experts of a layer as one parameter, where the checkpoint has one
    tensor for each, and renames the parts of vision-language models. Its own way back to the
    checkpoint only splits and renames, so what it gives can be written through.

    Raises:
        ParentError: a tensor has another form in the model, as a quantized one has.
    """
    from transformers.core_model_loading import revert_weight_conversion

    storages = {tensor.untyped_storage()._cdata for tensor in tensors.values()}
    with _WithoutCopies(), torch.no_grad():
        stored: dict[str, torch.Tensor] = revert_weight_conversion(model, dict(tensors))
    for name, tensor in stored.items():
        if tensor.untyped_storage()._cdata not in storages:
            raise ParentError(f"{type(model).__name__} holds {name} in another form; not supported")
    return stored


class _WithoutCopies(TorchFunctionMode):
    """Views stay views, whatever their strides."""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        return args[0] if func is torch.Tensor.contiguous else func(*args, **(kwargs or {}))
