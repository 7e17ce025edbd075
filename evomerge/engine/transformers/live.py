"""A transformers model whose parameters offspring after offspring is written into."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import torch

from evomerge.engine.architecture import Architecture
from evomerge.engine.transformers.spreading import spread
from evomerge.errors import ParentError
from evomerge.weights import Spec
from evomerge.weights.configs.known import (
    generation_settings,
    is_encoder_decoder,
    known,
    language_model_class,
)
from evomerge.weights.layouts.conversion import Conversion, kind_of, stack_path
from evomerge.weights.layouts.stock import BUILDING, StockModel


class LiveModel:
    """A language model in memory, its weights to be written in place: one with a decoder alone, or
    with an encoder as well. A vision-language model is one that is given no images.

    Args:
        device: where its inputs are read and what it gives is found.
        more: further devices, over which its layers are spread.

    Raises:
        ParentError: transformers does not know the architecture.
        UserError: the devices have no room for it.
    """

    def __init__(
        self, architecture: Architecture, device: torch.device, *more: torch.device
    ) -> None:
        from transformers.initialization import no_init_weights

        try:
            self.config = known(architecture.config)
            auto = language_model_class(self.config)
            # What is spread is too large for one device; of the host's memory it takes none before
            # anything is written.
            with BUILDING, no_init_weights(), torch.device("cpu") if more else device:
                self.model = auto.from_config(self.config, dtype=architecture.dtype)
            _widen(self.model, architecture.dtype)
            self.model.tie_weights()
            if is_encoder_decoder(self.config):
                _untie(self.model, architecture.specs)
            self.model.generation_config = generation_settings(
                architecture.config, architecture.generation_config
            )
        except Exception as error:  # whatever a config.json can do wrong
            raise ParentError(
                f"{architecture.name}: not a language model that transformers knows "
                f"({textwrap.shorten(str(error), 200)})"
            ) from None
        if more:
            spread(self.model, (device, *more))
        self.model.eval().requires_grad_(False)
        if (head := self.model.get_output_embeddings()) is not None:
            head.register_forward_pre_hook(_read_contiguous)
        self.device, self.is_spread = device, bool(more)
        self._specs = architecture.specs
        self._targets = _targets(self.model)

    @cached_property
    def tensors(self) -> dict[str, torch.Tensor]:
        """The live tensor that each tensor of the checkpoint is to be written into.

        Tied tensors appear once. Where a checkpoint holds both of them, the one that the model
        counts as its parameter is taken. What the model does not load is left out.

        Raises:
            ParentError: the checkpoint does not cover the model, or holds it in another form.
        """
        return self._find(self._specs)

    def path_of(self, stack: str) -> str | None:
        """What the model calls a stack of layers, by what stands before their numbers in names."""
        return stack_path(stack, self._specs, StockModel(self.model))

    def _find(self, specs: Mapping[str, Spec]) -> dict[str, torch.Tensor]:
        stored = Conversion(StockModel(self.model), specs)
        bound = {n: self._targets[key] for n, key in stored.key_of.items() if key in self._targets}
        for group in stored.groups:
            parts = group.revert(lambda key: self._targets[key].detach())
            bound.update({name: parts[name] for name in group.names})
            self._check_views(group.names, bound)
        covered = {id(tensor) for tensor in bound.values()}
        covered |= {id(self._targets[key]) for group in stored.groups for key in group.targets}
        for name, target in bound.items():
            if tuple(target.shape) != specs[name].shape:
                raise ParentError(
                    f"{name} is {[*specs[name].shape]}, but config.json makes it {[*target.shape]}"
                )
        self._check_depth(stored)
        self._fill([n for n, t in self._targets.items() if id(t) not in covered])
        return bound

    def _fill(self, missing: Sequence[str]) -> None:
        """Have the class make what no checkpoint need hold, such as sinusoids for positions."""
        made = getattr(self.model, "_keys_to_ignore_on_load_missing", None) or ()
        ends = (self.model.get_input_embeddings(), self.model.get_output_embeddings())
        learnt = {id(module.weight) for module in ends if module is not None}
        for name in missing:
            is_made = any(re.search(one, name) for one in made)
            if not is_made or id(self._targets[name]) in learnt:  # a head would be made by chance
                kind = type(self.model).__name__
                raise ParentError(f"{kind} needs {name}; no parent has it; save the whole model")
        with BUILDING, torch.no_grad():
            for path in {name.rpartition(".")[0] for name in missing}:
                self.model._init_weights(self.model.get_submodule(path))

    def _check_depth(self, stored: Conversion) -> None:
        """Check that no layers are left out: tensors called as others are, but for a number.

        Not of layers that the class itself leaves out, as those that guess further tokens.
        """
        read = {kind_of(name) for name in [*stored.key_of, *stored.group_of]}
        ignored = getattr(self.model, "_keys_to_ignore_on_load_unexpected", None) or ()
        for name in stored.unused:
            if kind_of(name) in read and not any(re.search(one, name) for one in ignored):
                raise ParentError(
                    f"{type(self.model).__name__} has no tensor {name}; give config.json as many "
                    "layers as the weights have"
                )

    def _check_views(self, names: Iterable[str], bound: Mapping[str, torch.Tensor]) -> None:
        """Check that what is written into tensors reaches the model."""
        storages = {t.untyped_storage()._cdata for t in self._targets.values()}
        for name in names:
            if bound[name].untyped_storage()._cdata not in storages:
                raise ParentError(
                    f"{type(self.model).__name__} holds {name} in another form; not supported "
                    "here, but evomerge merge merges it"
                )


def _untie(model: Any, stored: Collection[str]) -> None:
    """Give a model the head of its own that is stored, as Flan-T5's is.

    T5's class ties its head whatever config.json says, and transformers unties it as it loads it.
    """
    head = model.get_output_embeddings()
    for name, tied_to in [*model.all_tied_weights_keys.items()]:
        path, _, kind = name.rpartition(".")
        if kind == "weight" and model.get_submodule(path) is head and {name, tied_to} <= {*stored}:
            head.weight = torch.nn.Parameter(torch.empty_like(head.weight))
            del model.all_tied_weights_keys[name]


def _widen(model: Any, dtype: torch.dtype) -> None:
    """Hold in float32 what transformers holds in it whatever a model's type, as T5's `wo`."""
    wide = model._get_dtype_plan(dtype)
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if any(re.search(part.replace("*", ".*"), name) for part in wide):
            tensor.data = tensor.data.float()


def _read_contiguous(head: torch.nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """The last positions of a batch are a view, and torch would copy the head for each row of it.

    That took three quarters of the forward pass of a 135M model with 49,152 tokens.
    """
    return tuple(x.contiguous() if isinstance(x, torch.Tensor) else x for x in inputs)


def _targets(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Parameters and saved buffers by their names, each storage once."""
    targets: dict[str, torch.Tensor] = dict(model.named_parameters(remove_duplicate=True))
    saved = model.state_dict(keep_vars=True)
    buffers = {n: b for n, b in model.named_buffers() if n in saved and n not in targets}
    return {**targets, **buffers}
