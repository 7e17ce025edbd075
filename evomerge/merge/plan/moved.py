"""Do layers compute at another place what they computed at their own?

Some settings follow from a layer's number: a window for every other one, experts behind the first
few. Where config.json does not list them layer by layer, they would change in silence. So
transformers builds both models, without weights, and what it has set in their layers is compared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from evomerge.errors import LayerError
from evomerge.weights import Origin
from evomerge.weights.layouts.conversion import stack_path
from evomerge.weights.layouts.stock import StockModel
from evomerge.weights.tensors import Spec

_NUMBERS = frozenset({"layer_idx", "layer_id", "layer_index", "layer_num", "layer_number", "idx"})
"""What modules call their layer's number."""
_PLAIN = (bool, int, float, str, type(None))


def check_moved(
    prefix: str,
    specs: Mapping[str, Spec],
    config: Mapping[str, Any],
    origins: Sequence[Origin],
    allowed: Collection[str],
    fixed: Collection[str] = (),
) -> None:
    """Check that each layer is set at its new place as it was at its own.

    Args:
        prefix: what stands before the layers' numbers in stored names.
        specs: the template's tensors.
        config: config.json of the offspring.
        origins: where each of its layers comes from.
        allowed: settings that may change.
        fixed: parts of the first layer that stay there, whatever layer takes its place.

    Raises:
        LayerError: naming the first that does not.
    """
    if all(number == origin.layer for number, origin in enumerate(origins)):
        return
    made = StockModel.of(config)
    path = stack_path(prefix, specs, made)
    if made is None or path is None:
        return  # a model that transformers does not know: its tensors are all there is to tell
    for number, origin in enumerate(origins):
        before = StockModel.of({**origin.config, "architectures": config.get("architectures")})
        if before is None:
            continue
        own, new = _settings(before, path, origin.layer), _settings(made, path, number)
        for part, name in sorted(own.keys() | new.keys()):
            was, will = own.get((part, name)), new.get((part, name))
            if was != will and name not in allowed and not part.startswith(tuple(fixed)):
                what = f"{name} of {part or 'the layer'} would be {will!r}, not {was!r}"
                raise _refusal(origin, number, what, name)


def _refusal(origin: Origin, number: int, what: str, name: str) -> LayerError:
    return LayerError(
        f"layer {origin.layer} of {origin.model} cannot become layer {number}: {what}, as "
        f"transformers sets it by the layer's number; allow_differences: [{name}] moves it anyway",
        number,
    )


def _settings(stock: StockModel, path: str, number: int) -> dict[tuple[str, str], Any]:
    """All plain values in a layer, by the part of it and their name, but for its number."""
    found: dict[tuple[str, str], Any] = {}
    for part, module in stock.model.get_submodule(f"{path}.{number}").named_modules():
        found[part, "class"] = type(module).__name__
        for name, value in vars(module).items():
            if isinstance(value, _PLAIN) and not name.startswith("_") and name not in _NUMBERS:
                found[part, name] = value
    return found
