"""All the genes of a recipe as a vector in [0, 1]^n, and the mapping both ways, exactly."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate
from typing import Any

from evomerge.errors import RecipeError
from evomerge.operators.wanted import WantedFormula
from evomerge.recipe.coordinate import decoded, encoded
from evomerge.recipe.formula_words import PLACE, FormulaWords, is_word, words_of
from evomerge.recipe.load import recipe_from
from evomerge.recipe.path_space import PATH, PathSpace
from evomerge.recipe.schema import Recipe
from evomerge.recipe.source import Place
from evomerge.recipe.used_models import with_unused, without_unused
from evomerge.recipe.values import Frozen, Gene, Open, Scalar


@dataclass(frozen=True)
class Genome:
    """The genes of a recipe in the order of where they stand; a gene of k points takes k
    coordinates.

    Their order is that of their keys, whatever order a file has them in: two files that say the
    same are one search.
    """

    recipe: Recipe

    @cached_property
    def genes(self) -> tuple[tuple[Place, Gene], ...]:
        """Each gene and where it stands in the recipe; those of elites to come are none yet."""
        own = (gene for gene in _find(self.recipe, ()) if gene[0][0] != "evolve")
        found = [*own, *(self._paths.genes if self._paths else ())]
        found += self.words.genes if self.words else ()
        return tuple(sorted(found, key=lambda gene: _ordered(gene[0])))

    @cached_property
    def _paths(self) -> PathSpace | None:
        return self.recipe.path_space()

    @cached_property
    def words(self) -> FormulaWords | None:
        """Those of the formula that is searched for; None where none is."""
        return words_of(self.recipe.merge_method)

    @property
    def wanted(self) -> WantedFormula | None:
        """What is wanted of the formula that is searched for."""
        return self.words.wanted(self._placed[(*PLACE, 0)][1]) if self.words else None

    def __len__(self) -> int:
        return self._coordinates

    @cached_property
    def _coordinates(self) -> int:
        return sum(gene.points for _, gene in self.genes)

    @cached_property
    def _placed(self) -> dict[Place, tuple[Gene, int]]:
        """Each gene by where it stands, with the number of its first coordinate."""
        ends = [*accumulate((gene.points for _, gene in self.genes), initial=0)]
        return {place: (gene, at) for (place, gene), at in zip(self.genes, ends, strict=False)}

    @cached_property
    def _outside_path(self) -> tuple[tuple[Place, Gene, int], ...]:
        of_numbers = ((p, *one) for p, one in self._placed.items() if p[0] != PATH)
        return tuple(one for one in of_numbers if not is_word(one[0]))

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each coordinate: where its gene stands, and which of its points it is."""
        return tuple(
            ".".join(map(str, place)) + (f"[{point}]" if gene.points > 1 else "")
            for place, gene in self.genes
            for point in range(gene.points)
        )

    @property
    def gene_names(self) -> tuple[str, ...]:
        """A name for each gene: where it stands."""
        return tuple(_dotted(place) for place, _ in self.genes)

    def by_gene(self, vector: Sequence[float]) -> list[tuple[float, ...]]:
        """The coordinates of each gene, of a vector of shape (n,)."""
        rest = iter(vector)
        return [tuple(next(rest) for _ in range(gene.points)) for _, gene in self.genes]

    def values(self, vector: Sequence[float]) -> list[Any]:
        """The value of each gene, of a vector of shape (n,); a list where it has several points."""
        each = zip(self.genes, self.by_gene(vector), strict=True)
        listed = ([decoded(gene, x) for x in part] for (_, gene), part in each)
        return [values[0] if len(values) == 1 else values for values in listed]

    def with_values(self, values: Mapping[int, Any]) -> tuple[float, ...]:
        """The vector of where the search begins, some genes having other values; shape (n,).

        Args:
            values: by number of the gene; a list of one for each of its points, or one for all.

        Raises:
            RecipeError: a value is none that the gene can have.
        """
        vector = self.by_gene(self.snap(self.start))
        for number, value in values.items():
            place, gene = self.genes[number]
            points = value if isinstance(value, list) else [value] * gene.points
            if len(points) != gene.points:
                raise RecipeError(f"{_dotted(place)}: expected {gene.points} points, got {value!r}")
            vector[number] = tuple(encoded(gene, point, place) for point in points)
        return tuple(x for part in vector for x in part)

    def owner(self, number: int) -> str | None:
        """The model whose entry a gene stands in; None for one of all models."""
        place, _ = self.genes[number]
        steps = [n for n, step in enumerate(place) if step in ("models", "sources")]
        return _get(self.recipe.plain(), place[: steps[-1] + 2])["model"] if steps else None

    @property
    def start(self) -> tuple[float, ...]:
        """Where the search starts, shape (n,): each gene's `start`, or the middle of its range."""
        return tuple(x for _, gene in self.genes for x in self._start_of(gene))

    @staticmethod
    def _start_of(gene: Gene) -> list[float]:
        at = 0.5 if gene.start is None else encoded(gene, gene.start)
        return [at] * gene.points

    @property
    def choices(self) -> tuple[int, ...]:
        """How many values each coordinate chooses from, shape (n,); 0 where it is a number."""
        counts: list[int] = []
        for _, gene in self.genes:
            counts += [len(gene.choice or ())] * gene.points
        return tuple(counts)

    def decode(self, vector: Sequence[float]) -> Recipe:
        """The recipe without genes that a vector of shape (n,) in [0, 1]^n stands for."""
        if len(vector) != len(self):
            raise ValueError(f"expected {len(self)} coordinates, got {len(vector)}")
        if any(map(math.isnan, vector)):
            raise ValueError("a coordinate is NaN")
        plain = json.loads(self._text)
        for place, gene, at in self._outside_path:
            values = [decoded(gene, x) for x in vector[at : at + gene.points]]
            _put(plain, place, values[0] if gene.points == 1 else values)
        if self._paths:  # of thousands of scales a path has but few
            plain[PATH] = self._paths.steps(partial(self._value, vector))
        if self.words:
            _put(plain, PLACE, self.words.text(partial(self._value, vector)))
        return recipe_from(without_unused(plain, self.recipe.template), self.recipe.source)

    @cached_property
    def _text(self) -> str:
        """The recipe as text: each candidate's plain values are read of it anew."""
        return json.dumps(self.recipe.plain())

    def _value(self, vector: Sequence[float], place: Place) -> Scalar:
        """The value of a gene of one coordinate, by where it stands."""
        gene, at = self._placed[place]
        return decoded(gene, vector[at])

    def encode(self, recipe: Recipe) -> tuple[float, ...]:
        """The vector that decodes to a recipe which differs from this one in its genes alone.

        Genes of a model that was left out are where the search begins.

        Raises:
            RecipeError: the recipe lacks a gene's value, or holds one out of the gene's range.
        """
        plain, vector = with_unused(recipe.plain(), self.recipe.plain()), list[float]()
        known: dict[Place, Any] = self._paths.values(_get(plain, (PATH,))) if self._paths else {}
        if self.words:
            known |= self.words.read(_get(plain, PLACE))
        unused = [
            ("models", n) for n, e in enumerate(plain.get("models", ())) if not e.get("use", True)
        ]
        for place, gene in self.genes:
            if place[:2] in unused and place[2] != "use":
                vector += self._start_of(gene)
                continue
            value = known[place] if place in known else _get(plain, place)
            values = value if gene.points > 1 else [value]
            if not isinstance(values, list) or len(values) != gene.points:
                raise RecipeError(f"{_dotted(place)}: expected {gene.points} points, got {value!r}")
            vector += [encoded(gene, v, place) for v in values]
        return tuple(vector)

    def snap(self, vector: Sequence[float]) -> tuple[float, ...]:
        """The vector that decoding and encoding gives: on the grid, or in a choice's middle."""
        rest, snapped = list(vector), []
        for _, gene in self.genes:
            for x in rest[: gene.points]:
                snapped.append(encoded(gene, decoded(gene, x)))
            del rest[: gene.points]
        return tuple(snapped)


def _ordered(place: Place) -> list[tuple[bool, int, str]]:
    """Places compared step by step: entries of a list by number, keys by name."""
    return [(isinstance(s, str), 0 if isinstance(s, str) else s, str(s)) for s in place]


def _find(node: Any, place: Place) -> Iterator[tuple[Place, Gene]]:
    """Every gene in a part of a recipe."""
    if isinstance(node, Open):
        yield place, node.gene
        return
    children: Iterable[tuple[str | int, Any]] = ()
    if isinstance(node, Mapping):
        children = node.items()
    elif isinstance(node, tuple):
        children = enumerate(node)
    elif isinstance(node, Frozen):
        children = node
    for step, child in children:
        yield from _find(child, (*place, step))


def _get(node: Any, place: Place) -> Any:
    try:
        for step in place:
            node = node[step]
    except (KeyError, IndexError, TypeError):
        raise RecipeError(f"{_dotted(place)}: the recipe has no such value") from None
    return node


def _put(node: Any, place: Place, value: Any) -> None:
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = value


def _dotted(place: Place) -> str:
    return ".".join(map(str, place))
