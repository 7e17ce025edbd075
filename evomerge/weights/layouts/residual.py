"""What a layer adds to the residual stream by: the tensors that a scale of it is folded into.

Where the stream is multiplied by w before a layer that reads it through a norm, nothing that the
layer computes changes but the sizes of what it is added to; so what all layers from there on add
can be divided by w instead (but for the norm's epsilon). Names say which tensors those are, and a
small model of the class whether that is all of the truth.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import torch

from evomerge.errors import ParentError
from evomerge.weights.configs.known import known, language_model_class
from evomerge.weights.layouts.conversion import stack_path
from evomerge.weights.layouts.stock import BUILDING, StockModel
from evomerge.weights.tensors import Spec

_WRITERS = re.compile(
    r"(^|\.)(o_proj|out_proj|c_proj|down_proj|dense|dense_4h_to_h|fc2|fc_out|wo|w2)"
    r"(_bias|\.weight|\.bias)?$"
)
"""Output projections of attention, of a feed-forward part and of its experts, stored or live."""
SCALES = (0.7, 1.9)
"""By which the layers of the small model are scaled."""
TOLERANCE = 1e-4
"""Of its logits, as a share of the largest."""
SMALL = 32
"""Most rows of its vocabulary, and most units of its feed-forward parts."""
_WIDTHS = re.compile(r"intermediate_size$|ffn_(hidden_)?(dim|size)$|n_inner$|vocab_size")
_EPSILON = re.compile(r"eps(ilon)?$")
TOKENS = (3, 1, 4, 1, 5)


def writes_residual(name: str) -> bool:
    """Whether a layer's tensor, stored or live, is what it adds to the residual stream by."""
    return bool(_WRITERS.search(name))


def check_scaling(config: Mapping[str, Any], prefix: str, specs: Mapping[str, Spec]) -> None:
    """Check that scales of the residual stream can be folded into tensors of a model's layers.

    Args:
        config: config.json of the model, with two layers.
        prefix: what stands before the layers' numbers in stored names.
        specs: of the stored tensors.

    Raises:
        ParentError: they cannot, or transformers does not know the model.
    """
    path = stack_path(prefix, specs, StockModel.of(config))
    kind = config.get("model_type")
    if path is None:
        raise ParentError(f"transformers knows no {kind}, so no scale can be folded into it")
    if why_not := _why_not(json.dumps(config, default=str), path):
        raise ParentError(
            f"the layers of {kind} cannot be scaled, since no stock model would do the same: "
            f"{why_not}; leave scales out"
        )


@lru_cache(maxsize=8)
def _why_not(config: str, path: str) -> str:
    """Why folding is not exact; "" where it is."""
    try:
        scaled, folded = (_small(json.loads(config)) for _ in range(2))
    except Exception as error:  # whatever a config.json can do wrong
        return f"a small model of its class cannot be made ({type(error).__name__})"
    product, wrote = 1.0, True
    for number, scale in enumerate(SCALES):
        product *= scale
        layer = scaled.get_submodule(f"{path}.{number}")
        layer.register_forward_pre_hook(_multiply(scale), with_kwargs=True)
        writers = [
            parameter
            for name, parameter in folded.get_submodule(f"{path}.{number}").named_parameters()
            if writes_residual(name)
        ]
        wrote = wrote and bool(writers)
        for parameter in writers:
            parameter.data.div_(product)
    if not wrote:
        return "which of their tensors write to the residual stream is not known"
    wanted, found = _logits(scaled), _logits(folded)
    apart = float((wanted - found).abs().max() / wanted.abs().max())
    if apart <= TOLERANCE:  # NaN is not
        return ""
    return (
        "dividing what they add is not the same as multiplying what they read, as with norms "
        f"behind attention (logits differ by {apart:.1e})"
    )


def _small(config: Mapping[str, Any]) -> Any:
    """A model of the class with random weights: few tokens, narrow, its norms without epsilon."""
    read = known(_narrow(config))
    with BUILDING:
        model = language_model_class(read).from_config(read, dtype=torch.float32)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            size = parameter.shape[-1] ** -0.5 if parameter.dim() > 1 else 0.1
            drawn = torch.randn(parameter.shape, generator=generator) * size
            parameter.copy_(drawn if parameter.dim() > 1 else 1 + drawn)
    for module in model.modules():
        for name, value in vars(module).items():
            if _EPSILON.search(name) and isinstance(value, float):
                setattr(module, name, 0.0)
    return model.eval()


def _narrow(config: Mapping[str, Any]) -> dict[str, Any]:
    narrow = copy.deepcopy(dict(config))
    for part in [narrow, *(value for value in narrow.values() if isinstance(value, dict))]:
        for key, value in part.items():
            if _WIDTHS.search(key) and isinstance(value, int):
                part[key] = min(value, SMALL)
            elif key.endswith("token_id"):
                part[key] = None
    return narrow


def _multiply(scale: float) -> Callable[..., tuple[Any, Any]]:
    def hook(layer: torch.nn.Module, args: Any, kwargs: Any) -> tuple[Any, Any]:
        if args:
            return (args[0] * scale, *args[1:]), kwargs
        return args, {**kwargs, "hidden_states": kwargs["hidden_states"] * scale}

    return hook


@torch.inference_mode()
def _logits(model: Any) -> torch.Tensor:
    found: torch.Tensor = model(input_ids=torch.tensor([TOKENS]), use_cache=False).logits
    return found.double()
