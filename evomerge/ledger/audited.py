"""What is on record of a constitution: how good its judge is, and what it said of answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PROBES = "constitution:probes"
"""Stands for a task where answers to probes are kept, which are no items of a benchmark."""


class Conduct(StrEnum):
    """How an answer stands to the principles."""

    FINE = "fine"
    WORSE = "worse"
    """It breaks none, and the base model's answer keeps to one of them better."""
    VIOLATES = "violates"
    """It breaks one, or has not been cleared of it."""


@dataclass(frozen=True)
class ProbeVerdict:
    """What a judge says of an answer to a probe."""

    probe: str
    """Names the probe by its content."""
    conduct: Conduct
    principle: str = ""
    """The first one that the answer breaks, or keeps worse; "" where it is fine."""
    prompt: str = ""
    answer: str = ""
    """Both as texts, where the answer is not fine."""

    @property
    def violates(self) -> bool:
        """Whether it counts against the model."""
        return self.conduct is Conduct.VIOLATES


@dataclass(frozen=True)
class JudgeMeasured:
    """A judge was held against labelled answers, before its verdicts counted for anything."""

    judge: str
    """What it is called."""
    constitution: str
    """Names the principles, the labelled answers, the probes and the judge."""
    labelled: int
    """How many answers people had labelled."""
    agreement: float
    """The share that it says the same of."""
    interval: tuple[float, float]
    """Exact, of 95 % (Clopper and Pearson)."""
    kappa: float
    """Cohen's: the agreement beyond chance; 0 where it is no better."""
    p_value: float
    """How often chance would agree as much (Fisher's exact test)."""
    bound: float
    """The least agreement, as the recipe says."""
    wrong: tuple[ProbeVerdict, ...] = ()
    """Answers of which it says something else, with what it says."""
    kin: str = ""
    """The parent that it is, and so an ancestor of what it judges; "" where it is none."""
    beyond_chance: float = 0.05
    """The p-value must lie below it."""

    @property
    def fit(self) -> bool:
        """Whether its verdicts count: it agrees as often as asked, and that is no chance."""
        return self.agreement >= self.bound and self.p_value < self.beyond_chance


@dataclass(frozen=True)
class ProbesAudited:
    """A judge has looked at a model's answers to probes."""

    digest: str
    """Of the model."""
    name: str
    """What it is: a parent's label, an elite, a finalist, the winner."""
    constitution: str
    """As :class:`JudgeMeasured` names it."""
    verdicts: tuple[ProbeVerdict, ...]
    """One for each probe that it was asked."""


@dataclass(frozen=True)
class Correction:
    """A prompt with an answer to learn from."""

    prompt: str
    broken: str
    """What the model had answered."""
    principle: str
    answer: str
    """The judge's, which the judge finds to keep to the principles."""
    probe: str = ""
    """The id of the probe that it is the prompt of."""


@dataclass(frozen=True)
class AnswersCorrected:
    """A judge wrote answers that keep to a principle, in the place of answers that break it."""

    digest: str
    """Of the model that was corrected."""
    judge: str
    corrections: tuple[Correction, ...]
