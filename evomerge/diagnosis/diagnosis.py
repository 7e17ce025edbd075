"""All that can be found of why a model talks gibberish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evomerge.device import choose_device
from evomerge.diagnosis import chat, configs, speech, vocabulary, weights
from evomerge.diagnosis.finding import Finding
from evomerge.diagnosis.speech import TEXT, Speech
from evomerge.diagnosis.subject import Subject

LOOKS = (
    weights.not_finite,
    weights.strange_sizes,
    vocabulary.tokens_without_rows,
    vocabulary.rows_of_other_tokens,
    vocabulary.special,
    chat.chat_template,
    configs.unreadable,
    configs.read_otherwise,
)
"""What is looked at, from the files alone."""


@dataclass(frozen=True)
class Diagnosis:
    """What was found of a model."""

    model: str
    against: tuple[str, ...]
    findings: tuple[Finding, ...]
    """From the first cause to what follows of it: a model that is not finite cannot speak."""
    speech: Speech | None
    """None where it cannot be run."""
    speeches: tuple[Speech, ...]
    """Those of the parents that can be run."""


def diagnose(
    model: str,
    against: Sequence[str] = (),
    text: str = TEXT,
    device: str | None = None,
) -> Diagnosis:
    """Look for what is wrong with a model.

    Args:
        model: a folder, `zoo:NAME`, or a Hub id; with `+adapter` for a LoRA adapter.
        against: parents of it, or models that are like it and well.
        text: what they are to read.
        device: "cpu" or "cuda"; the GPU if there is one.

    Raises:
        ParentError: there is no such folder, or its files cannot be read.
    """
    where = choose_device(device)
    subject, parents = Subject.of(model), [Subject.of(name) for name in against]
    findings = [found for look in LOOKS for found in look(subject, parents)]
    own = speech.speech_of(subject, text, where)
    others = [one for one in (speech.speech_of(p, text, where) for p in parents) if one]
    if own is not None:
        findings += [*speech.nothing_expected(own, others), *speech.worse_than_parents(own, others)]
    return Diagnosis(model, tuple(against), tuple(findings), own, tuple(others))
