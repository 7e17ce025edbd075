"""Examples as the tokens that a model reads, of which only an answer's are learnt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.errors import TrialError, UserError
from evomerge.training.example import Example, distinct
from evomerge.weights import Parent
from evomerge.weights.configs.known import generation_settings, is_encoder_decoder, known

_HALVES = re.compile("[\ud800-\udfff]")
LENGTHS = ("max_position_embeddings", "n_positions", "n_ctx")
"""Keys of config.json that say how many tokens a model reads at most."""


@dataclass(frozen=True)
class TrainingText:
    """An example as tokens."""

    name: str
    """The example's hash, by which its turn is decided."""
    tokens: tuple[int, ...]
    """Prompt, answer, and the token that ends a text."""
    learnt: int
    """How many of its last tokens are learnt, each given all before it: one or more."""


class ExampleTokenizer:
    """Makes texts of examples as the run asks for them.

    Args:
        base: the model that learns them.
        tokenizer: of what is asked.

    Raises:
        UserError: it has no token that ends a text, or an encoder reads its prompts.
    """

    def __init__(self, base: Parent, tokenizer: Any) -> None:
        config = known(base.config)
        if is_encoder_decoder(config):
            raise UserError(
                f"{base.name}: training is for models with a decoder alone, and its prompts are "
                "read by an encoder; leave evolve.training out"
            )
        self._tokenizer, self._end = tokenizer, _end_of(base, tokenizer)
        text = config.get_text_config()
        self._name, self._tokens_known = base.name, getattr(text, "vocab_size", None)
        lengths = (getattr(text, key, None) for key in LENGTHS)
        self._longest = next((n for n in lengths if isinstance(n, int) and n > 0), None)

    def texts(self, examples: Iterable[Example]) -> list[TrainingText]:
        """The texts of distinct examples in the order of their hashes. Prompts are cut on the left
        to what the model reads; an example is left out whose answer alone is longer, or nothing.

        Raises:
            TrialError: none is left.
            UserError: they have tokens that the base does not know.
        """
        texts = [text for one in distinct(examples) if (text := self._text(one)) is not None]
        if not texts:
            raise TrialError("there is nothing to train on: no item has an answer that fits")
        largest = max(max(text.tokens) for text in texts)
        if self._tokens_known is not None and largest >= self._tokens_known:
            raise UserError(
                f"{self._name}: has embeddings for {self._tokens_known} tokens, and an item has "
                f"token number {largest}; take the tokenizer of the model"
            )
        return texts

    def _text(self, example: Example) -> TrainingText | None:
        if not (_is_text(example.prompt) and _is_text(example.answer)):
            return None
        prompt, answer = self._tokens(example)
        learnt = len(answer) + 1
        tokens = (*prompt, *answer, self._end)
        if self._longest is not None:
            tokens = tokens[-self._longest :]
        if not answer or len(tokens) <= learnt:  # the first token has nothing that it follows from
            return None
        return TrainingText(example.sha256, tokens, learnt)

    def _tokens(self, example: Example) -> tuple[Sequence[int], Sequence[int]]:
        """Tokens of the prompt, and those that the answer adds behind them."""
        if isinstance(example.prompt, str):
            prompt, before = self._encoded(example.prompt), example.prompt
        else:
            prompt, before = [*example.prompt], self._tokenizer.decode(example.prompt)
        whole = self._encoded(before + example.answer)
        if whole[: len(prompt)] == prompt:
            return prompt, whole[len(prompt) :]
        return prompt, self._encoded(example.answer)  # its begin would join the prompt's end

    def _encoded(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids


def _is_text(said: str | tuple[int, ...]) -> bool:
    """Whether it can be tokenized: half a character (a lone surrogate) cannot."""
    return not isinstance(said, str) or not _HALVES.search(said)


def _end_of(base: Parent, tokenizer: Any) -> int:
    """The token that ends a text: the tokenizer's, where generating ends at it too.

    Raises:
        UserError: there is none.
    """
    said = generation_settings(base.config, base.generation_config).eos_token_id
    ends = [said] if isinstance(said, int) else [*(said or ())]
    own = tokenizer.eos_token_id
    if own is not None and (own in ends or not ends):
        return int(own)
    if ends:
        return int(ends[0])
    raise UserError(
        f"{base.name}: neither its generation_config.json nor its tokenizer names a token that "
        "ends a text (eos_token_id), which is learnt with each answer; name one"
    )
