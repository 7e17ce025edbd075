"""Genes without effect: whatever their value, the offspring's weights are the same.

They are found by what they do: recipes that differ in one gene alone are compared, first by what
they are made of, then, tensor by tensor, by what comes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from evomerge.errors import EvomergeError
from evomerge.merge.composition.composition import Composition, composition
from evomerge.merge.composition.idle_reasons import reason_of
from evomerge.merge.making.blend import Blender
from evomerge.merge.plan.contract import method_of
from evomerge.merge.plan.operation import Operation
from evomerge.merge.plan.plan import Planner
from evomerge.recipe import Gene, Genome, Recipe
from evomerge.recipe.source import Place
from evomerge.weights import Parent

VALUES = (0.05, 0.95, 0.37)
"""Where in its range a gene is tried. Not at its ends: there a weight may be 0, which is another
thing than little.
"""

ELSEWHERE = 3
"""Random places at which a gene is tried that has no effect where the search starts."""

ROUNDING = 2.0**-20
"""Largest difference, as a share of the largest weight, that rounding makes."""

LOOKED = 1 << 26
"""Elements that are made and compared before a gene is taken to have an effect."""

Vector = tuple[float, ...]


@dataclass(frozen=True)
class IdleGene:
    """A gene without effect, or some points of one."""

    place: Place
    points: tuple[int, ...]
    """Which of its points; all by default."""
    why: str

    @property
    def name(self) -> str:
        """Where it stands, and which of its points it is."""
        dotted = ".".join(map(str, self.place))
        return dotted + (f"[{', '.join(map(str, self.points))}]" if self.points else "")


def idle_genes(recipe: Recipe, parents: Mapping[str, Parent]) -> list[IdleGene]:
    """The genes of a recipe that change no weight, in the order of their places.

    Those of a path are not tried: each of them has an effect on some paths. So are words of a
    formula, and where one is searched for no others, since another formula may need them.
    """
    recipe, found, first = recipe.unrouted, list[IdleGene](), 0
    if Genome(recipe).words is not None:
        return found
    trying = _Trying(recipe, parents)
    for place, gene in Genome(recipe).genes:
        points = [n for n in range(gene.points) if not trying.has_effect(first + n, gene)]
        if points:
            which = () if len(points) == gene.points else tuple(points)
            found.append(IdleGene(place, which, reason_of(recipe, parents, place, gene, which)))
        first += gene.points
    return found


class _Trying:
    """Tries values of one coordinate after the other, the others being held."""

    def __init__(self, recipe: Recipe, parents: Mapping[str, Parent]) -> None:
        self._genome, self._planner = Genome(recipe), Planner(parents)
        self._known: dict[Vector, Composition | None] = {}
        self._places = [*_places(self._genome)]

    def has_effect(self, coordinate: int, gene: Gene) -> bool:
        """Whether some of its values differ in their weights, wherever the others are held."""
        for place in self._places:
            tried = [
                (*place[:coordinate], value, *place[coordinate + 1 :]) for value in _values(gene)
            ]
            if any(self._differ(tried[0], other) for other in tried[1:]):
                return True
        return False

    def _differ(self, one: Vector, other: Vector) -> bool:
        ours, theirs = self._composition(one), self._composition(other)
        if ours is None or theirs is None:
            return ours is not theirs
        names = [name for name in ours if ours[name] != theirs.get(name)]
        recipes = [self._genome.decode(vector) for vector in (one, other)]
        return len(ours) != len(theirs) or (bool(names) and self._made_differ(recipes, names))

    def _composition(self, vector: Vector) -> Composition | None:
        """None where nothing can be made."""
        if vector not in self._known:
            try:
                self._known[vector] = composition(self._genome.decode(vector), self._planner)
            except EvomergeError:
                self._known[vector] = None
        return self._known[vector]

    def _made_differ(self, recipes: Sequence[Recipe], names: Sequence[str]) -> bool:
        """Whether two offspring differ by more than rounding in some of these tensors."""
        if any(method_of(recipe).statistic is not None for recipe in recipes):
            return True  # what calibration texts would tell of the models is not known yet
        makers = [self._maker(recipe, set(names)) for recipe in recipes]
        (blender, operations), _ = makers
        left = LOOKED
        for name in sorted(names, key=lambda name: blender.spec(operations[name]).numel):
            left -= blender.spec(operations[name]).numel
            if left < 0 or _tensors_differ([(b, ops[name]) for b, ops in makers]):
                return True
        return False

    def _maker(self, recipe: Recipe, names: set[str]) -> tuple[Blender, dict[str, Operation]]:
        """What makes tensors in float32, whatever type the recipe asks for."""
        recipe = recipe.model_copy(update={"dtype": "float32", "out_dtype": None})
        plan = self._planner.plan(recipe)
        blender = Blender(recipe, plan, self._planner.parents, torch.device("cpu"))
        return blender, {op.name: op for op in plan.operations if op.name in names}


def _tensors_differ(makers: Sequence[tuple[Blender, Operation]]) -> bool:
    """Whether a tensor differs by more than rounding, or can be made by one of them alone."""
    parts = [blender.parts(operation) for blender, operation in makers]
    while True:
        ours, theirs = (_next(part) for part in parts)
        if ours is None or theirs is None:
            return ours is not theirs
        scale = float(torch.maximum(ours.abs().max(), theirs.abs().max())) if len(ours) else 0.0
        if len(ours) and float((ours - theirs).abs().max()) > ROUNDING * scale:
            return True


def _next(parts: Iterator[torch.Tensor]) -> torch.Tensor | None:
    """The next part of a tensor; None after the last, and where it cannot be made."""
    try:
        part = next(parts, None)
    except EvomergeError:
        return None
    return None if part is None else part.float()


def _places(genome: Genome) -> Iterator[Vector]:
    """Where the other genes are held: where the search starts, with every choice, and elsewhere."""
    yield genome.start
    at = 0
    for _, gene in genome.genes:
        if gene.choice is not None:
            for value in _values(gene):
                here = [value] * gene.points
                yield (*genome.start[:at], *here, *genome.start[at + gene.points :])
        at += gene.points
    generator = np.random.default_rng(0)
    for _ in range(ELSEWHERE):
        yield tuple(map(float, generator.random(len(genome))))


def _values(gene: Gene) -> tuple[float, ...]:
    if gene.choice is None:
        return VALUES
    return tuple((n + 0.5) / len(gene.choice) for n in range(len(gene.choice)))
