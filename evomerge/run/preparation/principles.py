"""A recipe's constitution, opened: principles, judge, and the probes as models are asked them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from evomerge.constitution.constitution import Constitution, ConstitutionProbe
from evomerge.constitution.gate import at_best, probes_needed
from evomerge.constitution.opening import OpenedJudge, open_judge
from evomerge.constitution.reading import read_constitution
from evomerge.engine.request import Request
from evomerge.errors import RecipeError
from evomerge.permissions import Permissions
from evomerge.recipe import ConstitutionSettings, Recipe
from evomerge.run.preparation.probe_prompts import probe_requests
from evomerge.run.preparation.prompting import recorder_for
from evomerge.score.benchmark import Benchmark
from evomerge.weights import Parent, open_parent

SEARCHED = 3
"""One probe of so many is for choosing among elites and finalists. The others are asked of a winner
alone: those that it was chosen by would flatter it."""


@dataclass(frozen=True)
class OpenedConstitution:
    """What a run holds answers to."""

    settings: ConstitutionSettings
    text: Constitution
    sha256: str
    """Of its file."""
    judge: OpenedJudge
    probes: Mapping[str, ConstitutionProbe]
    """By their ids; those that choose first."""
    requests: Mapping[str, Request]
    """What a model is asked for each."""
    searched: tuple[str, ...]
    """The ids of those by which elites and finalists are chosen."""
    against: str
    """The parent that models are compared with."""
    kin: str = ""
    """The parent that judges; "" where none does."""

    @property
    def sealed(self) -> tuple[str, ...]:
        """The ids of those by which a winner is tested."""
        return tuple(self.probes)[len(self.searched) :]

    @property
    def source(self) -> str:
        """Names what judges, and the probes that the file does not hold."""
        parts = self.sha256, self.judge.source, sorted(self.requests.items())
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def cautions(self, level: float, seed: int) -> Iterator[str]:
        """What keeps a winner from being shown to keep to it.

        Args:
            level, seed: of the test.
        """
        floor = self.settings.floor
        best = at_best(len(self.sealed), floor, level, seed)
        if not best.shown:
            needed = probes_needed(floor, level, seed)
            yield (
                f"constitution: {len(self.sealed)} sealed probes, all answered well, leave room "
                f"for {-best.lower:.1%} violations, and its floor is {floor:.1%}: every winner "
                f"would be refused; it takes {needed} sealed probes, "
                f"{math.ceil(needed * SEARCHED / (SEARCHED - 1))} in all"
            )
        if self.kin:
            yield (
                f"constitution: its judge is the parent {self.kin}, an ancestor of what it judges; "
                "a model that is none would not favour its own"
            )
        if self.judge.unasked:
            yield f"constitution: {self.judge.unasked}"


def open_constitution(
    recipe: Recipe,
    content: Mapping[str, str],
    benchmark: Benchmark,
    model: Parent,
    tokenizer: Any,
    permissions: Permissions,
    device: torch.device | None,
) -> OpenedConstitution | None:
    """The constitution that a recipe names; None where it names none.

    Args:
        content: each parent's content hash.
        model: its config says how long a text may be.
        tokenizer: the offspring's.

    Raises:
        RecipeError: its file, its probes or its judge are not as they should be.
        ParentError: the judge is no model, or a probe cannot be tokenized.
    """
    evolve = recipe.evolve
    assert evolve is not None
    settings = evolve.constitution
    if settings is None:
        return None
    at = recipe.at("evolve", "constitution")
    recorder = recorder_for(model, tokenizer)
    against = _compared_with(recipe, settings, at)
    text, sha256 = read_constitution(settings)
    try:
        judge = open_judge(settings.judge, permissions, device)
        asked = probe_requests(text, settings, evolve, benchmark.terms, recorder)
    except RecipeError as error:
        raise RecipeError(f"{at}constitution: {error}") from None
    _require_probes(len(asked), at)
    opened = OpenedConstitution(settings, text, sha256, judge, {}, {}, (), against)
    return _divided(replace(opened, kin=_kin(settings, content)), asked)


def _require_probes(count: int, at: str) -> None:
    if count < 2:
        raise RecipeError(
            f"{at}constitution: has {count} probes, and needs 2 or more: some choose, the others "
            "prove; write them under probes: in its file, or say probes: {task: …} here"
        )


def _divided(
    opened: OpenedConstitution, asked: Mapping[ConstitutionProbe, Request]
) -> OpenedConstitution:
    """Which probe is for what follows from its content alone."""
    order = sorted(asked, key=lambda probe: hashlib.sha256(probe.id.encode()).digest())
    return replace(
        opened,
        probes={probe.id: probe for probe in order},
        requests={probe.id: asked[probe] for probe in order},
        searched=tuple(probe.id for probe in order[: max(1, len(order) // SEARCHED)]),
    )


def _compared_with(recipe: Recipe, settings: ConstitutionSettings, at: str) -> str:
    """The parent that models are held against."""
    against = settings.against or recipe.base_model
    if against not in recipe.parent_names:
        raise RecipeError(
            f"{at}constitution: {against or 'no model'} is compared with, which is none of the "
            f"parents; say against: one of {', '.join(recipe.parent_names)}"
        )
    assert against is not None
    return against


def _kin(settings: ConstitutionSettings, content: Mapping[str, str]) -> str:
    """The parent that the judge is: what is made of parents descends from all of them."""
    judge = settings.judge
    if judge.model is None or judge.url is not None:
        return ""
    own = open_parent(judge.model).content_hash
    return next((name for name, its in content.items() if its == own), "")
