"""What rails look at, one record a generation, and what they have decided."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class WatchedScore:
    """A model's mean score on the items of a task that it is asked for the rails."""

    mean: float
    error: float
    """Standard error of the mean over items like these."""
    items: int


@dataclass(frozen=True)
class AnswersLook:
    """How a model answers the validation items of a task. Shares are of its items, from 0 to 1."""

    items: int
    tokens_mean: float = 0.0
    tokens_sd: float = 0.0
    common: float = 0.0
    """Share of the most common answer; of multiple choice, of the position chosen most."""
    gold_common: float | None = None
    """The same of the right answers; None where there are none."""
    empty: float = 0.0
    looping: float = 0.0
    """Ending in one string over and over."""
    truncated: float = 0.0
    """Cut at the token limit."""
    refused: float = 0.0
    failed: float = 0.0
    """Something was said, and nothing could be extracted from it."""
    languages: Mapping[str, int] = field(default_factory=dict)
    """Passages in each language, by its ISO 639 code."""
    gold_languages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class WatchedTask:
    """A model on one task."""

    weight: float
    """How much the task counts in the fitness."""
    search: WatchedScore | None
    """On the frozen sample of its search items; None where it has none that count."""
    validation: WatchedScore | None
    """On all of its validation items."""
    look: AnswersLook | None = None
    floor: float | None = None
    """The least mean on validation items that the recipe allows; None where there is no floor."""
    changed: float | None = None
    """Share of its validation items answered otherwise than by the leader that the first cycle
    ended with; None in the first cycle."""
    changed_items: int = 0
    """Of how many items `changed` is the share."""


@dataclass(frozen=True)
class WatchedModel:
    """A model by its digest, and how it does on each task."""

    digest: str
    tasks: Mapping[str, WatchedTask]


@dataclass(frozen=True)
class Entropies:
    """How varied the answers of a generation are on the items of a task that all were asked."""

    population: float
    """Bits, of the answers of all candidates to all these items."""
    baseline: float
    """Bits, of the answers of the parent that is best at the task to the same items."""
    items: int


@dataclass(frozen=True)
class ConductWatched:
    """How a leader stands to the run's constitution, and how far its judge can be trusted now."""

    probes: int
    """That the leader was asked, and the model compared with."""
    broken: int
    """Of them, those on which the leader breaks the constitution."""
    base: int
    """The same of the model compared with."""
    labelled: int
    """Answers that people have labelled."""
    agreed: int
    """Those of which the judge says the same now."""
    agreed_first: int
    """The same, as it was before the search."""
    bound: float
    """The least share that it must say the same of."""
    parents: tuple[str, ...] = ()
    """Those that break it on more probes than the model compared with."""


@dataclass(frozen=True)
class Outlay:
    """What a run has taken by a moment, all sessions and all that it did."""

    tokens: int = 0
    seconds: float = 0.0
    """Active, by a clock that no one sets."""
    energy_j: float | None = None
    """None where no device tells it."""


@dataclass(frozen=True)
class BaselinesWatched:
    """How the parents and their uniform merge do, before anything was searched."""

    models: tuple[WatchedModel, ...]


@dataclass(frozen=True)
class GenerationWatched:
    """What rails look at after a generation."""

    cycle: int
    generation: int
    candidates: int
    """How many it had."""
    failed: int
    """How many of them could not be scored."""
    evaluated: int
    """Recipes that the cycles have scored so far, among which the leader was chosen."""
    leader: WatchedModel | None
    """The best candidate so far by its search score; None where none could be scored."""
    entropies: Mapping[str, Entropies] = field(default_factory=dict)
    """By task, where at least two candidates were asked the same items."""
    spent: Outlay = Outlay()
    conduct: ConductWatched | None = None
    """Of the leader; None where nothing is held to a constitution."""

    @property
    def place(self) -> tuple[int, int]:
        """Its cycle and generation: what is later is larger."""
        return self.cycle, self.generation


@dataclass(frozen=True)
class RailDecided:
    """A rail has ended the run at a generation."""

    rail: str
    action: str
    """"pause", which a person may override, or "stop"."""
    cycle: int
    generation: int
    value: float
    """What was seen."""
    threshold: float
    """What it was held against."""
    sentence: str
    """The evidence in words."""

    @property
    def place(self) -> tuple[int, int]:
        """The cycle and generation after which it did."""
        return self.cycle, self.generation

    @property
    def name(self) -> str:
        """The sha256 over all of it: another evidence is another decision, whatever its place."""
        numbers = [self.cycle, self.generation, float(self.value), float(self.threshold)]
        text = json.dumps([self.rail, self.action, *numbers, self.sentence])
        return hashlib.sha256(text.encode()).hexdigest()

    def overridden(self, reason: str) -> RailOverridden:
        """A person's word that the run is to go on all the same."""
        return RailOverridden(self.rail, self.cycle, self.generation, reason, self.name)


@dataclass(frozen=True)
class RailOverridden:
    """A person has let the run go on all the same."""

    rail: str
    cycle: int
    generation: int
    """Those of the decision. What was seen then is what the rail compares with from now on."""
    reason: str
    """The person's own words."""
    decision: str = ""
    """The name of the decision that it is for; it serves no other one, as a run with a larger
    budget may meet at the same place. "" in ledgers of earlier versions: it serves none."""

    @property
    def place(self) -> tuple[int, int]:
        """The cycle and generation of the decision."""
        return self.cycle, self.generation
