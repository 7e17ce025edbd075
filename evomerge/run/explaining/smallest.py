"""The smallest recipe within noise of the winner: fewer parents, fewer genes, or the plain average.

The rule of one standard error (Breiman et al. 1984, section 3.4.3): of models that are no worse
than the best by more than the error of the difference, the simplest is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evomerge.merge.plan.contract import method_of
from evomerge.recipe import Recipe
from evomerge.run.explaining.ablation import Ablation
from evomerge.run.explaining.explanation import Contribution, Effect, FactorKind
from evomerge.run.explaining.validation_scores import ValidationScores

PLAIN_AVERAGE = "the parents' plain average"


@dataclass(frozen=True)
class Simpler:
    """A recipe that says less than the winner's."""

    recipe: Recipe
    what: str
    parents: int
    genes: int
    """Of those with an effect, how many have another value than where the search began."""

    @property
    def size(self) -> int:
        """How much it says."""
        return self.parents + self.genes


class Smallest:
    """Looks for it: parents are left out and genes put back, as long as nothing is lost by it.

    Args:
        ablation: of the winner.
        measured: has room for what is tried; the winner is scored.
    """

    def __init__(self, ablation: Ablation, measured: ValidationScores) -> None:
        self._ablation, self._measured = ablation, measured
        self._winner = ablation.winner
        self.whole = self._simpler({*ablation.parents}, {*ablation.moved()})

    def find(self, known: Sequence[Contribution], average: Recipe | None) -> Simpler | None:
        """The smallest recipe within noise; None where that is the winner.

        Args:
            known: what each parent and gene is worth by itself; the least is tried first.
            average: of the parents, which is scored already.
        """
        found = [self._without(known)]
        if average is not None and self.is_as_good(average):
            found.append(Simpler(average, PLAIN_AVERAGE, len(self._ablation.parents), 0))
        best = min(found, key=lambda one: (one.size, -self._measured.fitness([one.recipe])))
        return best if best.size < self.whole.size else None

    def _without(self, known: Sequence[Contribution]) -> Simpler:
        """The winner without what it can do without, tried one after the other."""
        parents, genes = {*self._ablation.parents}, {*self._ablation.moved()}
        fewest = method_of(self._winner).models[0]
        for name in _least_first(known, FactorKind.PARENT):
            fewer = parents - {name}
            if self._winner.draws_on_all:
                break  # its tokenizer would be another one
            if len(fewer) >= max(1, fewest) and self._holds(fewer, genes):
                parents = fewer
        genes &= {*self._ablation.genes_of(parents)}
        for name in _least_first(known, FactorKind.GENE):
            number = self._ablation.genes.index(name)
            if number in genes and self._holds(parents, genes - {number}):
                genes = genes - {number}
        return self._simpler(parents, genes)

    def _holds(self, parents: set[str], genes: set[int]) -> bool:
        recipe = self._ablation.recipe(parents, genes)
        if not self._measured.admits([recipe]):
            return False
        self._measured.score([recipe])
        return self.is_as_good(recipe)

    def is_as_good(self, recipe: Recipe) -> bool:
        """Whether a recipe that was scored is within noise of the winner, and keeps its floors."""
        trial = self._measured.trial(recipe)
        if trial.fitness is None or trial.violation > self._measured.trial(self._winner).violation:
            return False
        below = self.below(recipe)
        return below.value <= below.error

    def below(self, recipe: Recipe) -> Effect:
        """By how much the winner is better."""
        return self._measured.effect([self._winner], [recipe])

    def _simpler(self, parents: set[str], genes: set[int]) -> Simpler:
        ablation = self._ablation
        out = [f"without {name}" for name in ablation.parents if name not in parents]
        kept = {*ablation.genes_of(parents)}
        back = [ablation.genes[n] for n in ablation.moved() if n in kept and n not in genes]
        what = "; ".join([*out, *(f"{name} where the search began" for name in back)])
        return Simpler(ablation.recipe(parents, genes), what, len(parents), len(genes & kept))


def _least_first(known: Sequence[Contribution], kind: FactorKind) -> Iterator[str]:
    """What may be worth nothing, by its effect alone."""
    measured = [
        (one.left_out.value, one.name)
        for one in known
        if one.kind is kind
        and one.left_out is not None
        and one.left_out.value <= one.left_out.error
    ]
    return (name for _, name in sorted(measured))
