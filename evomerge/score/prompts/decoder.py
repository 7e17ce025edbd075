"""How an encoder-decoder is asked: what its encoder reads, and what its decoder begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from evomerge.engine.request import Generation, Likelihood
from evomerge.errors import RecipeError

_LABELS = ((3, 4, 5), (4, 5, 6))
"""Any tokens: what a class puts before them is asked for."""


@dataclass(frozen=True)
class Decoder:
    """What the decoder of an encoder-decoder begins with, and how far it reads."""

    before_labels: int | None
    """The token before an answer that is given; None where the class makes it of the answer."""
    before_generated: int | None
    """The token before an answer that is generated; None where no config names it."""
    positions: int | None
    """Most tokens that it reads, if there is a limit."""

    @classmethod
    def of(cls, model: Any) -> Decoder:
        """What transformers would do.

        Args:
            model: of one of its classes, with a generation config; its weights are not read.
        """
        config, generation = model.config, model.generation_config
        start = generation.decoder_start_token_id
        start = generation.bos_token_id if start is None else start
        positions = getattr(config, "max_decoder_position_embeddings", None)
        positions = positions or getattr(config, "max_position_embeddings", None)
        return cls(_before_labels(model), start if isinstance(start, int) else None, positions)

    def likelihood(self, context: Sequence[int], answer: Sequence[int]) -> Likelihood:
        """How probable is an answer to what the encoder reads?

        Raises:
            RecipeError: the class does not say what its decoder begins with.
            AssertionError: the decoder does not read so many tokens.
        """
        if self.before_labels is None:
            raise RecipeError(
                "asks how likely given answers are, and for that this model's class begins them "
                "with their own last token, as lm-eval would have it too; take a task that has "
                "answers generated (output_type: generate_until)"
            )
        self._require_room(len(answer))
        return Likelihood((self.before_labels, *answer), len(answer), tuple(context))

    def generation(
        self, context: Sequence[int], stops: tuple[str, ...], max_tokens: int, **more: Any
    ) -> Generation:
        """How does the decoder answer what the encoder reads?

        Raises:
            RecipeError: no config says what it begins with.
            AssertionError: the decoder does not read so many tokens.
        """
        if self.before_generated is None:
            raise RecipeError(
                "has answers generated, and neither generation_config.json nor config.json of the "
                "model says by one number what they begin with (decoder_start_token_id)"
            )
        self._require_room(max_tokens)
        prompt = (self.before_generated,)
        return Generation(prompt, stops, max_tokens, encoder_tokens=tuple(context), **more)

    def _require_room(self, tokens: int) -> None:
        if self.positions is not None and tokens > self.positions:
            raise AssertionError(
                f"an answer of {tokens} tokens, of which its decoder reads {self.positions}"
            )


def refuse_settings(request_type: str, settings: Mapping[str, Any]) -> None:
    """Refuse what makes no sense of an encoder-decoder.

    Args:
        request_type: lm-eval's, as "generate_until".
        settings: of what is generated.

    Raises:
        RecipeError: always then, with the way round.
    """
    if request_type == "loglikelihood_rolling":
        raise RecipeError(
            "asks how likely a text is by itself, but an encoder-decoder writes what answers the "
            "text that its encoder reads; part the texts into prompts and how they go on "
            "(output_type: loglikelihood, doc_to_text, doc_to_target)"
        )
    if "max_length" in settings:
        raise RecipeError(
            "sets max_length in its generation_kwargs, which counts other tokens with an encoder "
            "than without; say max_gen_toks"
        )


def _before_labels(model: Any) -> int | None:
    """What the model's class puts before labels, which is how lm-eval asks for likelihoods."""
    shift = getattr(model, "prepare_decoder_input_ids_from_labels", None)
    if shift is None:  # they are shifted in the forward pass, behind this token
        start: int | None = model.config.decoder_start_token_id
        return start
    read = [tuple(shift(labels=torch.tensor([labels]))[0].tolist()) for labels in _LABELS]
    first = read[0][0]
    alike = all(one == (first, *labels[:-1]) for one, labels in zip(read, _LABELS, strict=True))
    return first if alike else None
