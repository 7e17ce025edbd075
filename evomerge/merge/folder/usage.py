"""How a written model is loaded, and what it is for, as its config.json says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evomerge.merge.folder import loaded

_TAGS = {
    "ForCausalLM": "text-generation",
    "ForSequenceClassification": "text-classification",
    "ForTokenClassification": "token-classification",
    "ForQuestionAnswering": "question-answering",
    "ForMaskedLM": "fill-mask",
    "ForImageClassification": "image-classification",
}
"""The Hub's name of what a class is for, by how the class's name ends."""


def pipeline_of(config: Mapping[str, Any]) -> str:
    """The Hub's name of what a model is for; "" where its class does not say."""
    for name in config.get("architectures") or ():
        for end, tag in _TAGS.items():
            if str(name).endswith(end):
                return tag
    return ""


def loading_code(config: Mapping[str, Any], has_tokenizer: bool) -> str:
    """Lines of Python that load a model from its folder; "" where transformers has no class."""
    kind = loaded.class_of(config)
    if kind is None:
        return ""
    name = kind.__name__
    lines = [
        f"from transformers import {'AutoTokenizer, ' if has_tokenizer else ''}{name}",
        "",
        'place = "."  # this folder, or its name on the Hub',
        f'model = {name}.from_pretrained(place, dtype="auto")',
        *(["tokenizer = AutoTokenizer.from_pretrained(place)"] if has_tokenizer else []),
    ]
    return "\n".join(lines)
