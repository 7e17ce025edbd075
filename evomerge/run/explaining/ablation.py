"""A winner without some of its parents, or with some of its genes where the search began."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import cache
from typing import Any

from evomerge.errors import RecipeError
from evomerge.merge.plan.contract import inputs_of, method_of
from evomerge.recipe import Genome, Recipe, recipe_from
from evomerge.recipe.entries import Slice
from evomerge.recipe.formula_words import is_word
from evomerge.recipe.used_models import with_entries
from evomerge.run.baselines.baselines import parent_recipes
from evomerge.run.explaining.explanation import FactorKind
from evomerge.run.explaining.game import Game
from evomerge.run.explaining.shapley import Coalition

_ASIDE: dict[str, Any] = {"evolve": None, "license": None, "name": None, "pins": None}
"""What decides no weights."""


class Ablation:
    """Makes recipes of a winner's.

    Args:
        open_recipe: with the genes that the run searched for.
        winner: without genes.
    """

    def __init__(self, open_recipe: Recipe, winner: Recipe) -> None:
        self.winner = winner
        names = tuple(dict.fromkeys(entry.model for entry in winner.entries))
        self.parents = inputs_of(winner, names)
        """Those that the method combines, without its base."""
        alone = {one.sources[0].model for one in _slices(winner) if len(one.sources) == 1}
        self.spared = tuple(name for name in self.parents if name not in alone)
        """Those without which each slice still has a source."""
        self.alone = {model.name: each for model, each in parent_recipes(winner).items()}
        """What makes each parent anew, the base as well."""
        self._genome = Genome(open_recipe)
        self._values = self._found()
        self._starts = self._genome.by_gene(self._genome.snap(self._genome.start))
        self._numbers = [n for n in range(len(self._values)) if self._has_effect(n)]
        self.genes = tuple(self._genome.gene_names[n] for n in self._numbers)
        """The names of the winner's genes; none where they are not those of the recipe. Not those
        of models that it does without, and not which ones these are."""

    def _found(self) -> list[tuple[float, ...]]:
        """The winner's coordinates, gene by gene; none where its genes are others."""
        try:
            vector = self._genome.encode(self.winner)
        except RecipeError:
            return []
        if self._genome.decode(vector).plain() | _ASIDE != self.winner.plain() | _ASIDE:
            return []
        return self._genome.by_gene(vector)

    def _has_effect(self, number: int) -> bool:
        owner, place = self._genome.owner(number), self._genome.genes[number][0]
        if is_word(place):  # without one of its words a formula is another one
            return False
        return place[-1] != "use" and owner in (None, *self.winner.parent_names)

    def moved(self) -> list[int]:
        """The genes, by number, that have another value than where the search began."""
        each = enumerate(self._numbers)
        return [n for n, number in each if self._values[number] != self._starts[number]]

    def recipe(self, parents: Set[str], genes: Set[int]) -> Recipe:
        """The winner with these parents and these genes; other genes are where the search began."""
        whole = self.winner
        if self.genes and len(genes) < len(self.genes):
            back = {number: self._starts[number] for number in self._without(genes)}
            chosen = [back.get(n, values) for n, values in enumerate(self._values)]
            whole = self._genome.decode([x for values in chosen for x in values])
        left_out = {*self.parents} - parents
        if not left_out:
            return whole
        plain = with_entries(whole.plain(), lambda entry: entry["model"] not in left_out)
        return recipe_from({"base_model": whole.template, **plain})

    def genes_of(self, parents: Set[str]) -> list[int]:
        """The genes, by number, that have an effect where only these parents are there."""
        left_out = {*self.parents} - parents
        return [n for n, owner in enumerate(self._owners) if owner not in left_out]

    @property
    def _owners(self) -> tuple[str | None, ...]:
        return tuple(map(self._genome.owner, self._numbers))

    def _without(self, genes: Set[int]) -> list[int]:
        """The numbers in the genome of all genes but these."""
        return [number for n, number in enumerate(self._numbers) if n not in genes]

    def parents_game(self) -> Game:
        """Parents are left out: what is not there has no entry in the recipe.

        Where too few are left to be merged, each is taken alone; where none is, the base, or if
        there is none what a parent scores on average.
        """
        return Game(FactorKind.PARENT, self.spared, cache(self._with_parents))

    def _with_parents(self, there: Coalition) -> Sequence[Recipe]:
        fixed = {*self.parents} - {*self.spared}
        method, kept = method_of(self.winner), {self.spared[n] for n in there} | fixed
        if len(kept) >= method.models[0]:
            return [self.recipe(kept, {*range(len(self.genes))})]
        if kept:
            return [self.alone[name] for name in self.parents if name in kept]
        if method.base != "unused" and self.winner.base_model is not None:
            return [self.alone[self.winner.base_model]]
        return [self.alone[name] for name in self.parents]

    def genes_game(self) -> Game:
        """Genes are put back to where the search began."""
        every = {*self.parents}
        made = cache(lambda there: (self.recipe(every, there),))
        return Game(FactorKind.GENE, self.genes, made, self._owners)


def _slices(recipe: Recipe) -> list[Slice]:
    return [one for _, section in recipe.sections for one in section.slices or ()]
