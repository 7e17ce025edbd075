"""A search without models: what rails would have watched of it, item by item."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from evomerge.ledger import (
    AnswersLook,
    ConductWatched,
    CycleJudged,
    Entropies,
    GenerationWatched,
    Outlay,
    WatchedModel,
    WatchedScore,
    WatchedTask,
)
from evomerge.rails import CanariesJudged, WatchedRun, WriterJudged

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HABIT = 0
"""The answer that a model gives by habit."""
MOST = 64
"""Search items of a task that leaders are asked."""
PROBES, ANYWAY = 40, 0.03
"""Probes that a leader is held to, and the share of them that a sound model breaks."""
LABELLED, AGREEMENT, BOUND = 20, 0.92, 0.8
"""Labelled answers, how often a judge is right on one, by a chance of its own each time, and how
often it must be."""
KNOWN = 0.15
"""Share of what a sound writer draws that there is already."""
OTHER = "xx"
"""A language that nobody should speak."""


@dataclass(frozen=True)
class Plant:
    """What goes wrong, all that can; nothing by default. It begins at a generation and stays."""

    at: int = 10**9
    """Counted over all cycles."""
    learnt: float = 0.0
    """Share of search items that are answered rightly by rote."""
    longer: float = 1.0
    """Times as many tokens."""
    foreign: float = 0.0
    """Share of passages in another language."""
    habit: float = 0.0
    """Share of answers of all candidates that are the habitual one."""
    empty: float = 0.0
    jump: float = 0.0
    """Added to the skill of the last task."""
    guard: float = 0.0
    """Taken from the skill of the last task, which is a guard."""
    failing: float = 0.0
    """Added to the share of failures, each generation more."""
    tokens: int = 0
    """More tokens each generation."""
    drift: float = 0.0
    """Share of right and wrong answers that change for others as good, each generation more."""
    canaries: float = 0.0
    """Share of canaries on which vote and executor disagree."""
    breaks: float = 0.0
    """Share of probes on which the leader breaks the constitution."""
    bribed: float = 0.0
    """Share of labelled answers of which the judge says the opposite."""
    leaked: float = 0.0
    """Share of what is written in a cycle that is known already."""


@dataclass(frozen=True)
class World:
    """A kind of run. Skills are logits; the base of all parents has the lowest."""

    name: str
    tasks: int = 4
    search: int = 100
    validation: int = 60
    population: int = 12
    generations: int = 20
    cycles: int = 1
    rise: float = 0.25
    """Skill that each generation adds, until it is all learnt."""
    top: float = 2.0
    """Skill at which all is learnt, which the specialist has."""
    base: float = -1.0
    beyond: float = 0.3
    """By how much the merge gets above the specialist, if anything."""
    spread: float = 0.5
    """Deviation of candidates' skills in the first generation; it shrinks."""
    choices: int = 40
    """Answers that there are to a question."""
    habit: float = 0.3
    """Share of wrong answers that are the habitual one."""
    swings: float = 0.0
    """Deviation of what a generation moves from one task to another."""
    failing: float = 0.02
    guard: bool = False
    held: bool = False
    """Whether there is a constitution."""
    written: int = 0
    """Items that a writer comes to in a cycle."""
    tokens: tuple[float, float] = (8.0, 14.0)
    """Mean lengths of the specialist's answers and of the base's."""
    plant: Plant = field(default_factory=Plant)


@dataclass(frozen=True)
class _Answered:
    """What a model answered to items of a task."""

    answers: Ints
    right: npt.NDArray[np.bool_]


class SimulatedRun:
    """One run of a world.

    Args:
        seed: of all its chance.
    """

    def __init__(self, world: World, seed: int) -> None:
        self.world, self._rng = world, np.random.default_rng(seed)
        draw = self._rng
        shape = world.tasks, world.search + world.validation
        self._hard: Floats = draw.normal(0.0, 1.0, shape)
        self._gold: Ints = draw.integers(0, world.choices, shape)
        self._watched_items = min(MOST, world.search)
        self._first: list[_Answered] = []
        """What the first cycle's leader answered to validation items, by task."""
        self._spent, self._evaluated = 0, 0
        self._held = 0, 0
        """Before the search: probes that the base model breaks, and labelled answers that the judge
        is right on."""
        self._baselines = tuple(self._baseline(number) for number in range(world.tasks + 1))
        self._best = [self._one(task, self.world.top) for task in range(world.tasks)]

    def histories(self) -> Iterator[WatchedRun]:
        """What rails see after each generation."""
        world, entries, cycles = self.world, [], []
        canaries, writers = list[CanariesJudged](), list[WriterJudged]()
        leader_skill = np.full(world.tasks, world.base + 1.0)
        number = 0
        for cycle in range(world.cycles):
            for generation in range(world.generations):
                entry, leader_skill = self._generation(cycle, generation, number, leader_skill)
                entries.append(entry)
                seen = tuple(entries), tuple(cycles), tuple(canaries), tuple(writers)
                yield WatchedRun(self._baselines, *seen)
                number += 1
            gains = cycle == 0 or self._rng.random() < 0.8
            cycles.append(CycleJudged(cycle, 0.5, 0.5, gains, 0.1, 0.9, 0.5))
            share = world.plant.canaries if number >= world.plant.at else 0.03
            wrong = int(self._rng.binomial(50, share))
            canaries.append(CanariesJudged(cycle, 50, wrong))
            if world.written:
                writers.append(self._written(cycle, number))

    def _generation(
        self, cycle: int, generation: int, number: int, skill: Floats
    ) -> tuple[GenerationWatched, Floats]:
        """Candidates around a skill, the best of which leads."""
        world, draw, plant = self.world, self._rng, self.world.plant
        is_on = number >= plant.at
        ceiling = world.top + world.beyond
        center = np.minimum(skill + world.rise, ceiling)
        if world.swings:
            moved = draw.normal(0.0, world.swings, world.tasks)
            center = np.minimum(center + moved - moved.mean(), ceiling)
        spread = world.spread / math.sqrt(1 + generation)
        skills = center + draw.normal(0.0, spread, (world.population, world.tasks))
        rote = plant.learnt if is_on else 0.0
        habit = plant.habit if is_on else 0.0
        found = self._all(skills, rote, habit)
        best = int(np.argmax(found.right[:, :, : world.search].mean((1, 2))))
        own = skills[best].copy()
        led = [
            _Answered(found.answers[best, task], found.right[best, task])
            for task in range(world.tasks)
        ]
        if is_on and (plant.jump or plant.guard):
            own[-1] += plant.jump - plant.guard
            led[-1] = self._one(world.tasks - 1, own[-1], rote, habit)
        self._evaluated += world.population
        self._spent += 50_000 + (plant.tokens if is_on else 0)
        failing = world.failing
        if is_on:
            failing = min(1.0, failing + plant.failing * (number - plant.at + 1))
        entry = GenerationWatched(
            cycle,
            generation,
            world.population,
            int(draw.binomial(world.population, failing)),
            self._evaluated,
            self._leader(led, own, cycle, number),
            {f"task{t}": self._entropies(t, found) for t in range(world.tasks)},
            Outlay(self._spent, 60.0 * (number + 1)),
            self._conduct(number) if world.held else None,
        )
        if cycle == 0:
            self._first = [
                _Answered(one.answers[world.search :], one.right[world.search :]) for one in led
            ]
        return entry, own

    def _conduct(self, number: int) -> ConductWatched:
        """The leader on probes, some of which all models break; a judge with errors by chance."""
        world, draw = self.world, self._rng
        plant = world.plant if number >= world.plant.at else Plant()
        broken = draw.binomial(PROBES, max(plant.breaks, ANYWAY))
        first, agreed = (
            draw.binomial(LABELLED, (1 - share) * AGREEMENT + share * (1 - AGREEMENT))
            for share in (0.0, plant.bribed)
        )
        base = draw.binomial(PROBES, ANYWAY)
        if not number:
            self._held = int(base), max(int(first), math.ceil(BOUND * LABELLED))
        return ConductWatched(
            PROBES, int(broken), self._held[0], LABELLED, int(agreed), self._held[1], BOUND
        )

    def _written(self, cycle: int, number: int) -> WriterJudged:
        """What a writer draws: some of it is known, and some too easy, more so as skills grow."""
        world, draw = self.world, self._rng
        leaked = world.plant.leaked if number >= world.plant.at else 0.0
        known = int(draw.binomial(world.written, max(leaked, KNOWN)))
        easy = int(draw.binomial(world.written - known, 0.1 * cycle))
        return WriterJudged(cycle, "writer", world.written, known, easy)

    def _one(self, task: int, skill: float, rote: float = 0.0, habit: float = 0.0) -> _Answered:
        """What a model of a skill answers to all items of a task."""
        skills = np.full((1, self.world.tasks), skill)
        found = self._all(skills, rote, habit)
        return _Answered(found.answers[0, task], found.right[0, task])

    def _all(self, skills: Floats, rote: float, habit: float) -> _Answered:
        """What models answer to all items.

        Args:
            skills: of each model at each task.

        Returns:
            Arrays of models, tasks and items.
        """
        world, draw = self.world, self._rng
        size = (*skills.shape, world.search + world.validation)
        right = draw.random(size) < 1 / (1 + np.exp(self._hard - skills[:, :, None]))
        if rote:
            right[:, :, : world.search] |= draw.random((*size[:2], world.search)) < rote
        wrong = draw.integers(0, world.choices, size)
        wrong[draw.random(size) < world.habit] = HABIT
        answers = np.where(right, self._gold, wrong)
        if habit:
            answers[draw.random(size) < habit] = HABIT
        return _Answered(answers, answers == self._gold)

    def _baseline(self, number: int) -> WatchedModel:
        """The base (the last one), and for each task a specialist."""
        world, tasks = self.world, {}
        for task in range(world.tasks):
            knows = number == task
            skill = world.top if knows else world.base
            tasks[f"task{task}"] = self._watched(
                task, self._one(task, skill), 1.0 if knows else 0.0
            )
        return WatchedModel(f"baseline{number}", tasks)

    def _leader(self, led: list[_Answered], skill: Floats, cycle: int, number: int) -> WatchedModel:
        world, plant = self.world, self.world.plant
        tasks = {}
        for task, answered in enumerate(led):
            known = float(np.clip((skill[task] - world.base) / (world.top - world.base), 0, 1))
            seen = self._watched(task, answered, known, number >= plant.at)
            if cycle and self._first:
                moved = 0.0
                if number >= plant.at and plant.drift:
                    moved = min(0.95, plant.drift * (number - plant.at + 1))
                now, before = answered.answers[world.search :], self._first[task].answers
                changed = float(((now != before) | (self._rng.random(now.size) < moved)).mean())
                seen = replace(seen, changed=changed, changed_items=world.validation)
            tasks[f"task{task}"] = seen
        return WatchedModel(f"leader{number}", tasks)

    def _watched(
        self, task: int, answered: _Answered, known: float, is_planted: bool = False
    ) -> WatchedTask:
        world = self.world
        is_guard = world.guard and task == world.tasks - 1
        parts = answered.right[: self._watched_items], answered.right[world.search :]
        search, validation = (_score(part) for part in parts)
        floor = None
        if is_guard:
            floor = float(1 / (1 + np.exp(0.8 - world.top)))
        look = self._look(task, answered.answers[world.search :], known, is_planted)
        return WatchedTask(0.0 if is_guard else 1.0, search, validation, look, floor)

    def _look(self, task: int, answers: Ints, known: float, is_planted: bool) -> AnswersLook:
        world, draw = self.world, self._rng
        plant = world.plant if is_planted else Plant()
        n = world.validation
        short, long = world.tokens
        mean = (known * short + (1 - known) * long) * plant.longer
        lengths = draw.gamma(4.0, mean / 4.0, n)
        passages = max(1, n // 4)
        foreign = int(draw.binomial(passages, max(plant.foreign, 0.02 + 0.1 * (1 - known))))
        languages = {"en": passages - foreign, OTHER: foreign}
        gold = self._gold[task, world.search :]
        return AnswersLook(
            n,
            float(lengths.mean()),
            float(lengths.std()),
            _common(answers),
            _common(gold),
            empty=draw.binomial(n, max(plant.empty, 0.02 + 0.1 * (1 - known))) / n,
            looping=draw.binomial(n, 0.02 + 0.1 * (1 - known)) / n,
            truncated=draw.binomial(n, 0.02 + 0.2 * (1 - known)) / n,
            failed=draw.binomial(n, 0.05 + 0.2 * (1 - known)) / n,
            languages={name: count for name, count in languages.items() if count},
            gold_languages={"en": passages},
        )

    def _entropies(self, task: int, found: _Answered) -> Entropies:
        """Of the first sample that a race asks, a sixth of the search items."""
        items = max(2, self.world.search // 6)
        pooled = found.answers[:, task, :items].ravel()
        return Entropies(entropy(pooled), entropy(self._best[task].answers[:items]), items)


def entropy(answers: Ints) -> float:
    """Bits of answers."""
    counts = np.bincount(answers)
    shares = counts[counts > 0] / answers.size
    return float(-(shares * np.log2(shares)).sum())


def _common(answers: Ints) -> float:
    return max(Counter(answers.tolist()).values()) / answers.size


def _score(right: npt.NDArray[np.bool_]) -> WatchedScore:
    deviation = float(right.std(ddof=1))
    return WatchedScore(float(right.mean()), deviation / math.sqrt(right.size), right.size)
