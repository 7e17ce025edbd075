"""A search over the genes of a recipe: recipes out, outcomes in."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, Recipe
from evomerge.recipe.depths import depths_of
from evomerge.recipe.starts import known_starts
from evomerge.run.preparation.goals import goals_of
from evomerge.search import Candidate, Outcome, Problem, Vector
from evomerge.search.algorithms import DEFAULT, kind_of


class Search:
    """Proposes candidates whose genomes are recipes without genes, and learns from their outcomes.

    A search is a function of its history: made anew with the same recipe, and asked and told the
    same again, it proposes the same.

    Args:
        recipe: with genes; its `evolve:` (or the defaults) gives algorithm and settings.
        seed: instead of the recipe's.
        starts: genomes to begin with, each of shape (n,): the first in the place of the recipe's
            own start.

    Raises:
        RecipeError: the recipe has no genes, or not as many goals as its algorithm is for; or that
            needs a package that is not installed.
    """

    def __init__(
        self, recipe: Recipe, *, seed: int | None = None, starts: Sequence[Vector] = ()
    ) -> None:
        self._genome = Genome(recipe)
        if not len(self._genome):
            raise RecipeError(f"{recipe.at()}the recipe has no genes, so there is nothing to find")
        settings = recipe.evolve.search if recipe.evolve else DEFAULT.settings()
        if seed is None:
            seed = recipe.evolve.seed if recipe.evolve else 0
        kind = kind_of(settings)
        self.goals = goals_of(recipe)
        """What it is told of beside the fitness, in this order."""
        steady = bool(recipe.evolve and recipe.evolve.schedule == "async")
        genome = self._genome
        start, *others = starts or (genome.start,)
        more = (*others, *(() if kind.begins_around else known_starts(genome)))
        goals, depths = len(self.goals), depths_of(genome)
        problem = Problem(start, genome.choices, goals, more, depths, steady, genome.wanted)
        try:
            self._algorithm = kind.make(problem, settings, seed)
        except ModuleNotFoundError as error:
            raise RecipeError(
                f"{recipe.at('evolve', 'search', 'algorithm')}{kind.name} needs the package "
                f"{error.name}, which is not installed: pip install 'evomerge[search]'"
            ) from error

    @property
    def population(self) -> int:
        """How many candidates make a generation, or are best asked for at a time."""
        return self._algorithm.population

    @property
    def genes(self) -> tuple[str, ...]:
        """The names of a genome's coordinates."""
        return self._genome.names

    def ask(self, count: int | None = None) -> list[Candidate]:
        """The next candidates: `count` at most, a generation by default.

        Fewer mean that the search waits to be told of others, or has finished.
        """
        return self._algorithm.ask(self.population if count is None else count)

    def recipe_of(self, candidate: Candidate) -> Recipe:
        """The recipe without genes that a candidate's genome stands for."""
        return self.decode(candidate.genome)

    def decode(self, genome: Sequence[float]) -> Recipe:
        """The recipe without genes that a genome stands for, shape (n,)."""
        return self._genome.decode(genome)

    def tell(self, candidate: Candidate, outcome: Outcome) -> None:
        """How good a candidate was: in any order, once each.

        Raises:
            ValueError: the candidate was not asked for, or told of already.
        """
        self._algorithm.tell(candidate, outcome)

    def finished(self) -> str | None:
        """Why it begins nothing more, if it does not."""
        return self._algorithm.finished()

    def kept(self) -> Sequence[int] | None:
        """The numbers of the candidates in the algorithm's archive of niches, if it has one."""
        return self._algorithm.kept()

    def selects(self, count: int) -> int:
        """How many of `count` candidates of a generation matter to what is proposed next."""
        return self._algorithm.selects(count)

    def mean(self) -> Recipe | None:
        """The middle of where the search looks now, if the algorithm has one."""
        vector = self._algorithm.mean()
        return None if vector is None else self._genome.decode(vector)
