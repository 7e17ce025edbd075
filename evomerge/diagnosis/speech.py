"""What a model expects next: nothing in particular, always the same, or the wrong thing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from evomerge.cores import Cores
from evomerge.diagnosis.finding import Finding
from evomerge.diagnosis.subject import Subject
from evomerge.engine.loading import load
from evomerge.engine.registry import calibrating_engine
from evomerge.errors import ParentError

TEXT = """\
The harbour was quiet when the last boat came in. Two men carried the boxes to the end of the pier,
counted them, and wrote the number into a small book. "Twelve," said the older one. "There should be
fourteen." They looked at the water for a while. A woman with a lamp walked along the road above the
beach, and called their names. She had made soup, and it was getting cold. The younger man laughed,
took off his gloves, and went up the steps; the other one stayed and counted again, because he had
never yet gone home before the numbers were right."""
"""What models read where no text is given."""
TOKENS = 512
"""Tokens of a text that are read."""
FLAT = 0.9
"""Of the largest entropy that there can be: more than that says nothing of what comes next."""
SPIKED = 0.03
"""Of the surprise: a model whose entropy is less is sure, and wrong. Tiny ones that read a language
which they have never met have 0.09."""
WORSE = 2.0
"""By how many times the perplexity may be the largest of the parents'."""


@dataclass(frozen=True)
class Speech:
    """What a model expects of a text."""

    surprise: float
    """Mean of -log p of the next token, in nats."""
    entropy: float
    """Mean of the entropy of what it expects, in nats."""
    tokens: int
    """Of its vocabulary."""

    @property
    def perplexity(self) -> float:
        """The exponential of the surprise."""
        return math.exp(min(self.surprise, 700.0))


def speech_of(subject: Subject, text: str, device: torch.device) -> Speech | None:
    """What a model expects of a text; None of one that cannot be run, as is told elsewhere.

    Args:
        text: blank lines part what is read by itself.
    """
    if subject.parent is None or subject.config.get("is_encoder_decoder"):
        return None
    engine = calibrating_engine(device)
    try:
        load(engine, subject.parent, Cores(1))
        read = [engine.readable(ids) for ids in _tokens(subject, text)]
        expected = [(ids, engine.next_tokens(ids).double()) for ids in read if len(ids) > 1]
    except ParentError:
        return None
    finally:
        engine.close()
    if not expected:
        return None
    surprises = [-chances[:-1].gather(1, _column(ids[1:], device)) for ids, chances in expected]
    entropies = [-(chances[:-1].exp() * chances[:-1]).sum(-1) for _, chances in expected]
    surprise, entropy = (float(torch.cat(each).mean()) for each in (surprises, entropies))
    if not math.isfinite(surprise + entropy):
        return None
    return Speech(surprise, entropy, expected[0][1].shape[1])


def _tokens(subject: Subject, text: str) -> Iterator[list[int]]:
    """The tokens of each part of a text, as far as it is read."""
    left = TOKENS
    for part in re.split(r"\n\s*\n", text):
        ids = subject.tokenizer(part.strip(), verbose=False)["input_ids"][:left]
        left -= len(ids)
        if ids:
            yield ids


def _column(ids: Sequence[int], device: torch.device) -> torch.Tensor:
    return torch.tensor(ids, device=device)[:, None]


def nothing_expected(own: Speech, parents: Sequence[Speech]) -> Iterator[Finding]:
    """An entropy that is flat or spiked."""
    most = math.log(own.tokens)
    if own.entropy > FLAT * most and not any(one.entropy > FLAT * most for one in parents):
        yield Finding(
            "flat",
            f"of {own.tokens:,} tokens all are nearly as likely: an entropy of {own.entropy:.2f} "
            f"nats, where {most:.2f} is the most{_of(parents)}",
            "its output layer or last norm is too small: look at their sizes, and merge again",
        )
    spiked = own.entropy < SPIKED * own.surprise
    if spiked and not any(one.entropy < SPIKED * one.surprise for one in parents):
        yield Finding(
            "spiked",
            f"it is sure of what comes next (an entropy of {own.entropy:.2g} nats), and wrong (it "
            f"takes {own.surprise:.1f}){_of(parents)}",
            "its output layer or last norm is too large: look at their sizes, and merge again",
        )


def worse_than_parents(own: Speech, parents: Sequence[Speech]) -> Iterator[Finding]:
    """A perplexity far above all parents'."""
    worst = max((one.perplexity for one in parents), default=math.inf)
    if own.perplexity > WORSE * worst:
        best = min(one.perplexity for one in parents)
        yield Finding(
            "perplexity",
            f"{own.perplexity:.4g}, and {best:.4g} to {worst:.4g} of its parents on the same text",
            "merge with smaller weights, or another method; does each parent fit the base?",
        )


def _of(parents: Sequence[Speech]) -> str:
    if not parents:
        return ""
    each = [one.entropy for one in parents]
    return f"; its parents have {min(each):.2f} to {max(each):.2f}"
