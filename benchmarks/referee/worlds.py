"""Worlds: what is true of a winner and its parents, and what they happen to score."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from benchmarks.referee.court import WINNER, Case, Scores
from evomerge.ledger import Split
from evomerge.recipe import Floor, Splits
from evomerge.score.items.item import Item
from evomerge.score.items.splits import assign
from evomerge.score.items.units import Units
from evomerge.score.proof.scale import BINARY, Scale

Draw = Callable[[Generator, Generator], Case]
"""Draws what models score: the parents by the first generator, the winner by the second."""


@dataclass(frozen=True)
class World:
    """What is true, by name."""

    name: str
    draw: Draw
    openings: int = 1
    """Winners that are tried one after the other against the same parents on the same items."""
    folders: bool = False
    """Whether each of them has a run folder of its own, as with another seed."""


def coin(generator: Generator, chance: float | Scores, size: int) -> Scores:
    """Right answers."""
    return (generator.random(size) < chance).astype(float)


def near(generator: Generator, source: Scores, at: float, to: float, alike: float) -> Scores:
    """A model right on a share `to`, which answers a share `alike` of the items like the source."""
    own = (to - alike * at) / (1 - alike)
    copied = generator.random(len(source)) < alike
    return np.where(copied, source, coin(generator, own, len(source)))


def of(winner: dict[str, Scores], *parents: dict[str, Scores], **more: object) -> Case:
    """A case of binary tasks."""
    named = {WINNER: winner, **{f"p{n}": parent for n, parent in enumerate(parents)}}
    case = Case(named, scales=dict.fromkeys(winner, BINARY))
    return replace(case, **more)  # type: ignore[arg-type]


def family(rates: Sequence[float], winner: float, alike: float) -> Draw:
    """200 items, parents of such rates from one base; the winner is near to the last of them."""

    def draw(world: Generator, luck: Generator) -> Case:
        base = coin(world, 0.5, 200)
        parents = [near(world, base, 0.5, rate, min(alike, 0.6)) for rate in rates]
        ours = near(luck, parents[-1], rates[-1], winner, alike)
        return of({"t": ours}, *({"t": parent} for parent in parents))

    return draw


def specialists(tasks: int, items: int, knows: float, winner: float, parents: int = 2) -> Draw:
    """Parents that know every other task, and the rest as little as they know those well."""

    def draw(world: Generator, luck: Generator) -> Case:
        def model(generator: Generator, rates: Sequence[float]) -> dict[str, Scores]:
            return {f"t{n}": coin(generator, rate, items) for n, rate in enumerate(rates)}

        known = [
            model(world, [knows if n % 2 == first else 1 - knows for n in range(tasks)])
            for first in range(parents)
        ]
        return of(model(luck, [winner] * tasks), *known)

    return draw


def grouped(sizes: Sequence[int], alike: float, candidates: int = 100) -> Draw:
    """Groups of questions that hang together; the best of many equals on the search and validation
    items, which are other groups, is the winner. `alike` is the intraclass correlation.
    """
    which = np.arange(len(sizes)).repeat(sizes)
    items = [Item("t", f"q{n}", n, ()) for n in range(len(which))]
    units = Units(groups={f"q{n}": f"g{g}" for n, g in enumerate(which)})
    divided = assign(items, Splits(search=0.34, validation=0.33, test=0.33), units=units)
    place = {split: np.array([item.doc_id for item in divided[split]]) for split in Split}
    test, spread = place[Split.TEST], (1 / alike - 1) / 2

    def models(generator: Generator, count: int) -> Scores:
        chance = generator.beta(spread, spread, (count, len(sizes)))[:, which]
        return (generator.random((count, len(which))) < chance).astype(float)

    def draw(world: Generator, luck: Generator) -> Case:
        tried, parent = models(luck, candidates), models(world, 1)[0]
        finals = np.argsort(-tried[:, place[Split.SEARCH]].mean(axis=1))[:5]
        best = finals[np.argmax(tried[finals][:, place[Split.VALIDATION]].mean(axis=1))]
        ids = {"t": [f"q{n}" for n in test]}
        return of({"t": tried[best][test]}, {"t": parent[test]}, ids=ids, units=units)

    return draw


def several_terms(count: int, same: float) -> Draw:
    """Terms on one task, which agree on a share of the items."""
    ids = {f"t{n}": [f"q{i}" for i in range(200)] for n in range(count)}

    def model(generator: Generator) -> dict[str, Scores]:
        right = coin(generator, 0.5, 200)
        return {
            task: np.where(generator.random(200) < same, right, coin(generator, 0.5, 200))
            for task in ids
        }

    return lambda world, luck: of(model(luck), model(world), ids=ids)


def one_question_in_two_tasks(world: Generator, luck: Generator) -> Case:
    """The same questions under other ids, answered alike."""
    ours, theirs = coin(luck, 0.5, 120), coin(world, 0.5, 120)
    names = Units(questions={f"u {n}": f"t {n}" for n in range(120)})
    return of({"t": ours, "u": ours}, {"t": theirs, "u": theirs}, units=names)


def skewed(rate: float, loss: float, items: int, scale: Scale) -> Draw:
    """A little better on most items, much worse on a few: no better in the mean."""
    gain = rate * loss / (1 - rate)

    def draw(world: Generator, luck: Generator) -> Case:
        ours = np.where(luck.random(items) < rate, scale.high - gain - loss, scale.high)
        theirs = np.full(items, scale.high - gain)
        return Case({WINNER: {"t": ours}, "p0": {"t": theirs}}, scales={"t": scale})

    return draw


def rarely_lost(items: int, losses: float, others: int, size: int) -> Draw:
    """A task of which a few items are lost, and others that win as much, little by little."""
    loss = losses / items
    gain = loss / others

    def draw(world: Generator, luck: Generator) -> Case:
        theirs = {f"t{n}": coin(world, 0.5, size) for n in range(others)}
        ours = {
            task: np.maximum(of_task, coin(luck, 2 * gain, size))
            for task, of_task in theirs.items()
        }
        ours["rare"], theirs["rare"] = coin(luck, 1 - loss, items), np.ones(items)
        return of(ours, theirs)

    return draw


def large_groups_lost(groups: int, size: int, losses: float, singles: int) -> Draw:
    """Large groups of which a few are lost whole, and single questions that win as much."""
    loss = losses / groups
    gain = losses * size / singles
    units = Units(groups={f"t {n}": f"g{n // size}" for n in range(groups * size)})

    def draw(world: Generator, luck: Generator) -> Case:
        known = coin(world, 0.5, singles)
        won = np.maximum(known, coin(luck, 2 * gain, singles))
        ours = np.concatenate([coin(luck, 1 - loss, groups).repeat(size), won])
        theirs = np.concatenate([np.ones(groups * size), known])
        return of({"t": ours}, {"t": theirs}, units=units)

    return draw


def heavy_tailed(items: int, scale: Scale) -> Draw:
    """Lognormal losses as far as the scale goes, centred: no better in the mean."""

    def losses(generator: Generator, count: int) -> Scores:
        return np.minimum(generator.lognormal(0.0, 1.5, count), -scale.low).round(1)

    theirs = np.full(items, -float(losses(np.random.default_rng(0), 10**6).mean()))

    def draw(world: Generator, luck: Generator) -> Case:
        ours = {"t": -losses(luck, items)}
        return Case({WINNER: ours, "p0": {"t": theirs}}, scales={"t": scale})

    return draw


def geometric(world: Generator, luck: Generator) -> Case:
    """A parent that knows one task, a winner that knows both a little: equal geometric means."""
    ours = {"t": coin(luck, 0.3, 100), "u": coin(luck, 0.313, 100)}
    theirs = {"t": coin(world, 0.9, 100), "u": coin(world, 0.1, 100)}
    return of(ours, theirs, how="geometric")


def unequal_tasks(world: Generator, luck: Generator) -> Case:
    """A large task of little weight, a small one of much, and twenty of ten items."""
    sizes = {"large": 600, "small": 40, **{f"t{n}": 10 for n in range(20)}}
    ours, theirs = (
        {task: coin(generator, 0.5, size) for task, size in sizes.items()}
        for generator in (luck, world)
    )
    return of(ours, theirs, weights={"large": 0.2, "small": 2.0})


def sibling(items: int, margin: float, best: float, rate: float, alike: float) -> Draw:
    """A floor below the best of four parents; the winner is near to another one, and lies on it."""

    def draw(world: Generator, luck: Generator) -> Case:
        first = coin(world, best, items)
        others = [coin(world, rate, items) for _ in range(3)]
        ours = near(luck, others[0], rate, best - margin, alike)
        return _floored(ours, [first, *others], margin)

    return draw


def on_the_floor(items: int, losses: float, wins: float, size: int = 1) -> Draw:
    """One parent; the winner loses and wins such shares of the items, in groups of a size."""
    units = Units(groups={f"t {n}": f"g{n // size}" for n in range(items)}) if size > 1 else Units()

    def draw(world: Generator, luck: Generator) -> Case:
        kind = np.repeat(luck.random(math.ceil(items / size)), size)[:items]
        theirs = coin(world, 0.5, items)
        theirs = np.where(kind < losses, 1.0, np.where(kind < losses + wins, 0.0, theirs))
        ours = np.where(kind < losses, 0.0, np.where(kind < losses + wins, 1.0, theirs))
        return _floored(ours, [theirs], losses - wins, units=units)

    return draw


def rare_loss(items: int, scale: Scale) -> Draw:
    """Log-likelihoods that are the parent's, but 3 nats less for one item in fifty: 0.06 nats less
    in the mean, where 0.02 are allowed.
    """

    def draw(world: Generator, luck: Generator) -> Case:
        ours = -1.0 - 3.0 * (luck.random(items) < 0.02) + luck.choice([-1e-3, 1e-3], items)
        case = _floored(ours, [np.full(items, -1.0)], 0.02)
        return replace(case, scales={"t": scale})

    return draw


def _floored(ours: Scores, parents: Sequence[Scores], margin: float, **more: object) -> Case:
    floors = {"t": Floor(margin=margin)}
    return of({"t": ours}, *({"t": parent} for parent in parents), floors=floors, **more)
