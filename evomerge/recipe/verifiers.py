"""Who verifies written items, as a recipe names them: a program, votes, a judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from evomerge.recipe.generation import GenerationSettings, Until
from evomerge.recipe.tokenizer import ModelName
from evomerge.recipe.values import Frozen

WARM = 0.8
"""The temperature of samples, unless the recipe says another: alike samples tell nothing."""


class ProgramVerifier(Frozen):
    """A Python program of the user's: reads a document a line, prints true or false a line."""

    program: str = Field(
        min_length=1, description="a Python file: reads JSON documents, prints true or false each"
    )


class Agreement(GenerationSettings):
    """A vote: so many of those who are asked again must come to the same answer."""

    agreement: (
        Annotated[int, Field(strict=True, ge=1)] | Annotated[float, Field(strict=True, gt=0, le=1)]
    ) = Field(description="how many must agree, or which share of them")
    samples: int = Field(1, ge=1, le=100, description="answers of each that is asked")
    of: Annotated[tuple[ModelName, ...], Field(max_length=32)] = Field(
        (),
        description="models, or chains by their writers' names; default: the chain that wrote the "
        "item, of others the leader",
    )

    @model_validator(mode="after")
    def _check(self) -> Agreement:
        voices = self.samples * max(1, len(self.of))
        if len({*self.of}) < len(self.of):
            raise ValueError("of: names one of them twice; say samples: 2 to ask each twice")
        if isinstance(self.agreement, int) and self.agreement > voices:
            raise ValueError(f"agreement {self.agreement}: only {voices} are asked")
        if self.samples > 1 and self.temperature == 0:
            raise ValueError("samples at temperature 0 are all the same; give a temperature")
        if not self.of and self.samples == 1:
            raise ValueError("agreement needs samples: 2 or more, or others to ask (of: [...])")
        return self

    @property
    def warmth(self) -> float:
        """The temperature at which answers are drawn."""
        if self.temperature is not None:
            return self.temperature
        return WARM if self.samples > 1 else 0.0


class JudgeVerifier(GenerationSettings):
    """A model that is asked whether the answer is right, by a rubric."""

    judge: ModelName = Field(description="one of the recipe's models, leader, or elite")
    rubric: str = Field(min_length=1, description="what makes an answer right")
    max_gen_toks: int = Field(8, ge=1, le=8192, description="tokens in which it says yes or no")
    until: Until = Field((), description="strings that end what it says")

    @model_validator(mode="after")
    def _check(self) -> JudgeVerifier:
        if not self.rubric.strip():
            raise ValueError("the rubric must say what makes an answer right")
        return self


_KEYS = {"program": "a program", "agreement": "a vote", "judge": "a judge's word"}
"""By the key that only such a verifier has, the tag of its settings: no tag is a key."""


def _kind_of(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return next((tag for key, tag in _KEYS.items() if key in value), None)
    return next((tag for key, tag in _KEYS.items() if hasattr(value, key)), None)


def _of_one_kind(value: Any) -> Any:
    if isinstance(value, Mapping) and sum(key in value for key in _KEYS) != 1:
        raise ValueError(f"a verifier has one of the keys {', '.join(_KEYS)}")
    if not isinstance(value, Mapping | ProgramVerifier | Agreement | JudgeVerifier):
        raise ValueError("a verifier is {program: check.py}, or has an agreement or a judge")
    return value


Verifier = Annotated[
    Annotated[
        Annotated[ProgramVerifier, Tag(_KEYS["program"])]
        | Annotated[Agreement, Tag(_KEYS["agreement"])]
        | Annotated[JudgeVerifier, Tag(_KEYS["judge"])],
        Discriminator(_kind_of),
    ],
    BeforeValidator(_of_one_kind),
]
"""One of the kinds of verifiers."""
