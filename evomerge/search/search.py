"""A search over the genes of a recipe: recipes out, fitness in."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, Recipe, SearchSettings
from evomerge.search.algorithm import Algorithm, Vector


class Search:
    """Proposes recipes without genes, and learns from how good they were.

    A search is a function of its history: made anew with the same recipe, and asked and told the
    same again, it proposes the same.

    Args:
        recipe: with genes; its `evolve:` (or the defaults) gives algorithm and settings.
        seed: instead of the recipe's.

    Raises:
        RecipeError: the recipe has no genes.
    """

    def __init__(self, recipe: Recipe, *, seed: int | None = None) -> None:
        self._genome = Genome(recipe)
        if not len(self._genome):
            raise RecipeError(f"{recipe.at()}the recipe has no genes, so there is nothing to find")
        settings = recipe.evolve.search if recipe.evolve else SearchSettings()
        if seed is None:
            seed = recipe.evolve.seed if recipe.evolve else 0
        self._algorithm = _algorithm(settings, self._genome.start, seed)
        self.asked: list[Vector] = []
        """The genomes of the recipes that were asked for last."""

    @property
    def population(self) -> int:
        """How many recipes a generation has."""
        return self._algorithm.population

    @property
    def genes(self) -> tuple[str, ...]:
        """The names of a genome's coordinates."""
        return self._genome.names

    def ask(self) -> list[Recipe]:
        """The recipes of the next generation."""
        self.asked = self._algorithm.ask()
        return [self._genome.decode(vector) for vector in self.asked]

    def tell(self, fitness: Sequence[float | None]) -> None:
        """How good the recipes asked for last were, in their order.

        Args:
            fitness: higher is better; None for one that failed, which ranks last. Where all
                failed, nothing is learnt.
        """
        self._algorithm.tell(fitness)

    def mean(self) -> Recipe | None:
        """The middle of where the search looks now, if the algorithm has one."""
        vector = self._algorithm.mean()
        return None if vector is None else self._genome.decode(vector)


def _algorithm(settings: SearchSettings, start: Vector, seed: int) -> Algorithm:
    if settings.algorithm == "random":
        from evomerge.search.random_search import RandomSearch

        return RandomSearch(len(start), population=settings.population or 10, seed=seed)
    from evomerge.search.cma_es import CmaEs

    return CmaEs(start, sigma=settings.sigma, population=settings.population, seed=seed)
