"""The `evolve:` part of a recipe: what to score on, how to search, when to stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from evomerge.rails import Settings
from evomerge.recipe.approval import ApprovalSettings
from evomerge.recipe.asking import Asking
from evomerge.recipe.constitution import ConstitutionSettings
from evomerge.recipe.curriculum import Curriculum
from evomerge.recipe.placement import Placement
from evomerge.recipe.rails import BY_DEFAULT, RailsSetting, rails_on
from evomerge.recipe.search import NAME, SearchSettings
from evomerge.recipe.source import Place
from evomerge.recipe.splits import Splits
from evomerge.recipe.term import FitnessTerm, Guard
from evomerge.recipe.training import Training
from evomerge.recipe.values import Frozen, PlacedError, Setting
from evomerge.search import AlgorithmSettings
from evomerge.search.algorithms import ALGORITHMS, DEFAULT, kind_of

KeepAnswers = Literal["compared", "all", "none"]
"""Which answers a run keeps."""
KEEP: KeepAnswers = "compared"


class RaceSettings(Frozen):
    """Candidates are scored on growing blocks of items, and cut when they cannot matter."""

    error: float = Field(0.05, gt=0, lt=0.5, description="how often the best one may be cut")

    @model_validator(mode="before")
    @classmethod
    def _check(cls, value: Any) -> Any:
        if not isinstance(value, dict | cls):
            raise ValueError("a race is {error: 0.05}, or false")
        return value


Control = Literal["no_data", "shuffled_answers", "human_only"]
"""What a loop is compared with: nothing made and nothing trained; the answers of made items
exchanged; trained on items by people alone."""


class Budget(Frozen):
    """When to stop searching: whichever limit is reached first."""

    evaluations: int | None = Field(None, ge=1, description="recipes scored")
    minutes: float | None = Field(None, gt=0, description="wall time of the search")
    tokens: int | None = Field(None, ge=1, description="tokens through the model")

    @model_validator(mode="after")
    def _check(self) -> Budget:
        if self.evaluations is None and self.minutes is None and self.tokens is None:
            raise ValueError("a budget needs evaluations, minutes or tokens")
        return self


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Evolve(Asking):
    """How to find the genes of a recipe, and how to prove what was found."""

    seed: int = Field(0, ge=0, lt=2**63)
    fitness: Annotated[tuple[FitnessTerm, ...], Field(min_length=1)]
    guards: tuple[Guard, ...] = Field((), description="tasks that must not get worse")
    aggregate: Literal["raw", "range", "geometric"] = Field(
        "raw", description="weighted mean of scores, of shares of the parents' range, or geometric"
    )
    splits: Splits = Splits()
    search: SearchSettings = DEFAULT.settings()
    budget: Budget
    start_from: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        (),
        description="where the search begins: finished runs' folders (at their winners), uniform, "
        "parents, similarity, fisher",
    )
    cycles: int = Field(
        1, ge=1, le=16, description="searches at most; elites of one join the next while it gains"
    )
    joins: dict[str, Setting] | None = Field(
        None, description="parameters of elites that join, genes too; else the first model's"
    )
    curriculum: Curriculum | None = Field(
        None, description="items that the population writes, for the search and for training"
    )
    training: Training | None = Field(
        None, description="an adapter trained on items between two cycles, which joins the parents"
    )
    controls: tuple[Control, ...] = Field(
        (),
        description="searches as long without the loop, that the winner is compared with: "
        "no_data, shuffled_answers, human_only",
    )
    elites: int = Field(4, ge=1, le=64, description="best recipes kept and re-scored")
    winner: Literal["fitness", "knee"] = Field(
        "fitness", description="which finalist is tested: the fittest, or the knee of the front"
    )
    alpha: float = Field(0.05, gt=0, lt=1, description="level of the promotion test")
    race: RaceSettings | Literal[False] = Field(
        RaceSettings(), description="false: every item for everyone"
    )
    schedule: Literal["sync", "async"] = Field(
        "sync", description="async: no worker waits for a generation's end; not bit-reproducible"
    )
    engine: str | None = Field(
        None, description="what answers: transformers (the default), continuous, vllm"
    )
    approval: ApprovalSettings | None = Field(
        None, description="who must sign the winner before it leaves quarantine"
    )
    random_search: bool = Field(False, description="compare with one of the same budget")
    workers: Placement | None = Field(
        None, description="where jobs are done; decides nothing of what the run comes to"
    )
    track: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        (), description="trackers that are told of the run: mlflow, tensorboard, trackio, wandb"
    )
    constitution: ConstitutionSettings | None = None
    keep_answers: KeepAnswers = Field(
        KEEP,
        description="compared: of parents, their average, and on validation and sealed items; all: "
        "of every candidate; none: on sealed items alone, which are graded twice",
    )
    rails: RailsSetting | None = Field(
        None, description="rules that pause or stop the run: default, or settings by their names"
    )
    apply_chat_template: bool = Field(False, description="wrap prompts as chat turns")

    @model_validator(mode="before")
    @classmethod
    def _without_race(cls, value: Any) -> Any:
        """Where nobody waits or each item is compared, a race must be asked for."""
        if isinstance(value, Mapping) and (
            value.get("schedule") == "async" or _asks_all_items(value.get("search"))
        ):
            return {"race": False, **value}
        return value

    @model_validator(mode="after")
    def _check_race(self) -> Evolve:
        if self.joins is not None and self.cycles == 1:
            raise ValueError("joins is for elites of one cycle in the next; say cycles: 2 or more")
        if self.training is not None and self.cycles == 1:
            raise ValueError("an adapter joins the next cycle's parents; say cycles: 2 or more")
        if self.controls and self.training is None:
            raise ValueError("controls do without what is trained; give training as well")
        if len({*self.controls}) < len(self.controls):
            raise ValueError("controls: one stands there twice")
        if self.schedule == "async" and self.race:
            raise ValueError(
                "a race compares a generation, and schedule: async has none: every candidate is "
                "scored on all items; leave race out, or say race: false"
            )
        if self.held_to and self.schedule == "async":
            raise ValueError("rails look after each generation, and schedule: async has none")
        if self.held_to and self.keep_answers == "none":
            raise ValueError("rails look at answers, so they must be kept: leave out keep_answers")
        kind = kind_of(self.search)
        if kind.all_items and self.race:
            raise ValueError(
                f"{kind.name} compares candidates item by item, so each is asked all of them; "
                "leave race out, or say race: false"
            )
        if self.winner == "knee" and not kind.goals[0]:
            raise ValueError(
                f"winner: knee is for algorithms that search for several goals, and {kind.name} "
                "searches for the fitness"
            )
        return self

    @model_validator(mode="after")
    def _check_curriculum(self) -> Evolve:
        if self.curriculum is None:
            return self
        known = {name for term in self.fitness if term.task for name in (term.name, term.task)}
        for place, task in self.curriculum.tasks:
            if task not in known:
                there = ", ".join(sorted(filter(None, known))) or "texts alone"
                said = f"{task!r} is no task of the fitness; there are {there}"
                raise PlacedError(said, "curriculum", *place)
        return self

    @property
    def held_to(self) -> Settings:
        """The rails that the run is held to. Where the recipe says nothing of them, all by their
        defaults if it makes its own items or parents, and else none.
        """
        closes = self.curriculum is not None or self.training is not None
        return rails_on(BY_DEFAULT if self.rails is None and closes else self.rails)

    @property
    def kept_answers(self) -> KeepAnswers:
        """Which answers the run keeps: rails look at those of every candidate."""
        return "all" if self.held_to else self.keep_answers

    @property
    def terms(self) -> tuple[tuple[Place, FitnessTerm], ...]:
        """What is scored: the tasks of the fitness and the guards, and where each one stands."""
        named = (("fitness", self.fitness), ("guards", self.guards))
        return tuple(
            (("evolve", key, index), term)
            for key, terms in named
            for index, term in enumerate(terms)
        )

    def number_of(self, task: str) -> int:
        """The place among the terms of a task that `curriculum:` names, by its file or its name."""
        names = [(term.name, term.task) for _, term in self.terms]
        return next(number for number, both in enumerate(names) if task in both)

    @property
    def goals(self) -> tuple[str, ...]:
        """The goals of an algorithm that searches for several: the terms that count, those of one
        `goal:` together.
        """
        return tuple(dict.fromkeys(term.aim for term in self.fitness if term.weight))

    def asking_of(self, term: FitnessTerm) -> Asking:
        """How the questions of one task are put: as the term says, else as for all of them."""
        return term.or_else(self)

    def splits_of(self, term: FitnessTerm) -> Splits:
        """The sizes that hold for one task."""
        return term.splits or self.splits


def _asks_all_items(search: Any) -> bool:
    """Whether what stands under `search:`, read or not, names an algorithm that needs them."""
    if isinstance(search, Mapping):
        kind = ALGORITHMS.get(str(search.get(NAME)))
    else:
        kind = kind_of(search) if isinstance(search, AlgorithmSettings) else None
    return kind is not None and kind.all_items
