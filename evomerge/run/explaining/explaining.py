"""A finished run's winner taken apart: `evomerge explain` as one function of what is on record."""

from __future__ import annotations

from collections.abc import Callable

from evomerge.errors import EvomergeError
from evomerge.ledger import (
    SEEN,
    UNIFORM,
    Model,
    RankedFinalist,
    Split,
    Trial,
    WinnerChosen,
    WinnerExplained,
)
from evomerge.merge.plan.contract import method_of
from evomerge.recipe import Recipe, recipe_from
from evomerge.report.finalists import finalists_of
from evomerge.run.baselines.baselines import Baselines, uniform_recipe
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.explaining.ablation import Ablation
from evomerge.run.explaining.contributions import left_out, with_shapley
from evomerge.run.explaining.depth import layers_game
from evomerge.run.explaining.explanation import Contribution, Explanation, Smaller
from evomerge.run.explaining.game import Game
from evomerge.run.explaining.smallest import Simpler, Smallest
from evomerge.run.explaining.steps import steps_game
from evomerge.run.explaining.validation_scores import ValidationScores
from evomerge.run.folder.finished import finished_run
from evomerge.run.folder.folder import RunFolder
from evomerge.run.folder.moved import named_here
from evomerge.run.placement import MakeWorkers
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.timing import Timing
from evomerge.weights import open_parent
from evomerge.workers.learnt import Learnt
from evomerge.workers.protocol import Workers


class Explaining:
    """Takes the winner of a finished run apart.

    Args:
        make_workers: makes workers for the parents, of which the winner is one here.
        checkpoint: called at safe moments; what it raises (a Stopped) ends it.
    """

    def __init__(
        self,
        prepared: Prepared,
        folder: RunFolder,
        make_workers: MakeWorkers,
        checkpoint: Callable[[], None],
    ) -> None:
        self._folder, self._ledger = folder, folder.ledger
        self._make_workers, self._timing = make_workers, Timing(folder)
        self._evaluations = Evaluations(
            self._ledger, prepared.benchmark, checkpoint, prepared.evolve.keep_answers
        )
        self._evaluations.learnt = Learnt(self._timing.meter)
        self._baselines = Baselines(prepared, self._evaluations, self._ledger)
        self._open = prepared.recipe
        self._chosen = self._ledger.all_of(WinnerChosen)[-1]
        self._winner = named_here(self._on_record(self._chosen.digest), folder)
        more = [n for n in self._winner.parent_names if n not in prepared.parents]
        run = finished_run(folder)
        self._released = folder.winner if run is None else run.winner
        names = [*more, *([str(self._released)] if self._released.is_dir() else [])]
        self._prepared = prepared.with_parents(prepared.recipe, [*map(open_parent, names)])

    def run(self, budget: int, seed: int = 0) -> Explanation:
        """Score ablated recipes, conclude from them, and put it on record.

        Args:
            budget: how many, beside those that the run has scored.
            seed: of the orders that are drawn.

        Raises:
            EvomergeError: the winner cannot be scored.
            Stopped: the checkpoint said so; done again, it goes on.
        """
        with self._make_workers(self._prepared) as workers:
            for split in SEEN:
                self._baselines.score(split, workers)
            free = [self._chosen.digest, *(o.digest for o in self._baselines.models.values())]
            measured = ValidationScores(self._prepared, self._evaluations, workers, budget, free)
            explanation = self._explained(measured, seed, workers)
        smaller = explanation.smaller
        ranked = None if smaller is None else smaller.ranked
        facts = WinnerExplained(self._chosen.digest, explanation.evaluations, ranked)
        self._ledger.record(*self._timing.facts, facts)
        return explanation

    def _explained(self, measured: ValidationScores, seed: int, workers: Workers) -> Explanation:
        ablation = Ablation(self._open, self._winner)
        models = self._baselines.models
        measured.score([self._winner, *(each.recipe for each in models.values())])
        if why := measured.failure([self._winner]):
            raise EvomergeError(f"the winner cannot be scored ({why})")
        games, missing = self._games(ablation)
        known = left_out(games, measured)
        smallest = Smallest(ablation, measured)
        average = models[UNIFORM].recipe if UNIFORM in models else None
        simpler = smallest.find([one for each in known for one in each], average)
        contributions: list[Contribution] = []
        for number, game in enumerate(games):
            if game.one_by_one:
                contributions += known[number]
                continue
            share = (measured.budget - measured.spent) // (len(games) - number)
            limit = measured.spent + share
            contributions += with_shapley(game, known[number], measured, limit, seed)
        return Explanation(
            fitness=measured.fitness([self._winner]),
            parents=smallest.whole.parents,
            genes=smallest.whole.genes,
            evaluations=measured.spent,
            budget=measured.budget,
            contributions=contributions,
            missing=missing,
            switched_off=self._switched_off(),
            as_good=[m.label for m in models if m.is_parent and self._is_as_good(smallest, m)],
            smaller=None
            if simpler is None
            else self._offered(simpler, smallest, measured, workers),
        )

    def _is_as_good(self, smallest: Smallest, model: Model) -> bool:
        return smallest.is_as_good(self._baselines.models[model].recipe)

    def _games(self, ablation: Ablation) -> tuple[list[Game], list[str]]:
        """What can be left out, and what cannot, and why."""
        games, missing = [], list[str]()
        if ablation.spared:
            games.append(ablation.parents_game())
        if fixed := [name for name in ablation.parents if name not in ablation.spared]:
            missing.append(f"{', '.join(fixed)}: a slice has no other source")
        if any(section.slices for _, section in self._winner.sections):
            missing.append("layers: the winner's are not in the places that they have in parents")
        elif not self._released.is_dir():
            missing.append(f"layers: {self._released} is not there")
        else:
            games.append(self._layers_game(ablation))
        if steps := steps_game(self._winner):
            games.append(steps)
        if ablation.genes:
            games.append(ablation.genes_game())
        elif not steps:
            missing.append(
                "genes: the winner's recipe does not tell them; it is of a later cycle, or has "
                "scales of a network"
            )
        return games, missing

    def _layers_game(self, ablation: Ablation) -> Game:
        released = self._prepared.parents[str(self._released)]
        base = self._winner.base_model
        if base is not None and method_of(self._winner).base != "unused":
            return layers_game(self._winner, released, [base], ablation.alone[base])
        average = uniform_recipe(self._winner, self._prepared.parents)
        before = average or ablation.alone[ablation.parents[0]]
        return layers_game(self._winner, released, ablation.parents, before)

    def _switched_off(self) -> list[str]:
        return [name for name in self._open.parent_names if name not in self._winner.parent_names]

    def _offered(
        self, simpler: Simpler, smallest: Smallest, measured: ValidationScores, workers: Workers
    ) -> Smaller | None:
        """The smallest recipe as a finalist: scored on search items too, as they all are."""
        offspring = measured.offspring(simpler.recipe)
        (search,) = self._evaluations.score([offspring], Split.SEARCH, workers)
        validation = measured.trial(simpler.recipe)
        if search.fitness is None or validation.fitness is None:
            return None
        scores = search.fitness, validation.fitness, validation.violation
        ranked = RankedFinalist(offspring.digest, *scores)
        finalists = finalists_of(self._ledger.events(), ranked)
        number = next(n for n, one in enumerate(finalists) if one.digest == ranked.digest)
        return Smaller(
            number,
            ranked,
            simpler.what,
            simpler.parents,
            simpler.genes,
            smallest.below(simpler.recipe),
        )

    def _on_record(self, digest: str) -> Recipe:
        trials = (t for t in self._ledger.all_of(Trial) if t.digest == digest)
        return recipe_from(next(trials).recipe)
