"""The model that stock transformers makes of a config.json: its tensors' names, no weights."""

from __future__ import annotations

import copy
import inspect
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import torch

from evomerge.weights.configs.known import known

KEPT = 16
"""Models that are remembered: a run has one or two for each type of parent, of some megabytes."""
BUILDING = threading.Lock()
"""transformers exchanges torch's own functions while it builds a model, for all threads."""


@dataclass(frozen=True)
class StockModel:
    """A model of transformers, its tensors on the meta device."""

    model: Any

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> StockModel | None:
        """The model that a config.json names first under `architectures`, or its type's.

        None where transformers has no such class of its own, or cannot build it.
        """
        return _built(json.dumps(config, sort_keys=True, default=str))

    @cached_property
    def keys(self) -> dict[str, torch.Tensor]:
        """Every tensor that it loads, by its name in the class."""
        state: dict[str, torch.Tensor] = self.model.state_dict()
        return state

    @property
    def prefix(self) -> str:
        """What stands before the base model's names where there is a head."""
        return str(self.model.base_model_prefix)

    @cached_property
    def ties(self) -> dict[str, str]:
        """Tensors that are another one, as the class would tie them, and which."""
        model = self.model
        if not self.is_tied:
            config = copy.deepcopy(model.config)
            config.tie_word_embeddings = True
            model = _build(type(model), config) or model
        return dict(model.all_tied_weights_keys)

    @property
    def is_tied(self) -> bool:
        """Whether config.json asks for the ties."""
        return bool(self.model.all_tied_weights_keys)

    @property
    def base_path(self) -> str:
        """What stands before the names of the model without its head: nothing, or "model."."""
        return "" if self.model.base_model is self.model else f"{self.prefix}."

    def part_of(self, other: StockModel) -> str | None:
        """What stands before the names of its base model in a model that has it as a part."""
        kind = type(self.model.base_model)
        parts = other.model.base_model.named_modules(prefix=other.base_path.rstrip("."))
        return next((f"{path}." for path, part in parts if path and type(part) is kind), None)

    @property
    def head(self) -> list[str]:
        """The tensors of the output layer."""
        layer = self.model.get_output_embeddings()
        names = (name for name, part in self.model.named_modules() if part is layer)
        path = next(names, None)
        return [key for key in self.keys if path and key.startswith(f"{path}.")]

    @cached_property
    def optional(self) -> frozenset[str]:
        """Tensors that the class can be built without, whatever config.json says (poolers)."""
        settings = inspect.signature(type(self.model).__init__).parameters.values()
        gone: set[str] = set()
        for setting in settings:
            if setting.default is True:
                changed = _build(type(self.model), self.model.config, **{setting.name: False})
                gone |= self.keys.keys() - changed.state_dict().keys() if changed else set()
        return frozenset(gone)


@lru_cache(maxsize=KEPT)
def _built(config: str) -> StockModel | None:
    import transformers

    plain = json.loads(config)
    parent: Any = transformers.PreTrainedModel
    try:
        named = [getattr(transformers, str(n), None) for n in plain.get("architectures") or ()]
        own = [c for c in named if isinstance(c, type) and issubclass(c, parent)]
        if plain.get("auto_map") and not own:
            return None  # a class of somebody else's
        read = known(plain)
        model = _build(own[0] if own else _class_for(read), read)
    except Exception:  # whatever a config.json can do wrong; it is told where it matters
        return None
    return None if model is None else StockModel(model)


def _class_for(config: Any) -> type[Any]:
    """The class of a type of model where config.json names none: a language model, if any."""
    from transformers.models.auto import modeling_auto as auto

    causal = auto.MODEL_FOR_CAUSAL_LM_MAPPING
    sequences = auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING
    images = auto.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING
    first = [sequences, causal] if config.is_encoder_decoder else [causal, sequences]
    for mapping in (*first, images, auto.MODEL_FOR_MASKED_LM_MAPPING, auto.MODEL_MAPPING):
        if type(config) in mapping:
            found: Any = mapping[type(config)]
            kind: type[Any] = found[0] if isinstance(found, tuple) else found
            return kind
    raise KeyError(type(config).__name__)


def _build(kind: type[Any], config: Any, **settings: Any) -> Any:
    from transformers.initialization import no_init_weights

    try:
        with BUILDING, no_init_weights(), torch.device("meta"):
            return kind(config, **settings)
    except Exception:  # a class that needs more than a config.json
        return None
