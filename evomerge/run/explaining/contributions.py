"""What each factor of a game contributes: left out of the whole, and averaged over all orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evomerge.recipe import Recipe
from evomerge.run.explaining.explanation import Contribution, Effect
from evomerge.run.explaining.game import Game
from evomerge.run.explaining.shapley import (
    Coalition,
    Round,
    coalitions,
    drawn_orders,
    every_order,
    shapley_value,
)
from evomerge.run.explaining.validation_scores import ValidationScores
from evomerge.score.proof.mean_scores import mean_scores

MOST_FACTORS = 12
"""Up to which all sets are looked at, 4,096, if the budget has room for them."""

MOST_ROUNDS = 1000
"""After which no more orders are drawn, though they may cost nothing."""

NOT_REACHED = "not measured: the budget was spent"
SAME_WEIGHTS = "no effect: the weights are the same without it"


def left_out(games: Sequence[Game], measured: ValidationScores) -> list[list[Contribution]]:
    """Each factor left out of the winner, as far as the budget goes; of each game."""
    admitted: list[Recipe] = []
    reached = set[tuple[int, int]]()
    for number, game in enumerate(games):
        for factor in range(len(game.factors)):
            recipes = game.recipes(game.whole - {factor})
            if measured.admits(recipes):
                admitted += recipes
                reached.add((number, factor))
        admitted += game.recipes(game.whole)
    measured.score(admitted)
    return [
        [
            _left_out(game, factor, measured, (number, factor) in reached)
            for factor in range(len(game.factors))
        ]
        for number, game in enumerate(games)
    ]


def _left_out(game: Game, factor: int, measured: ValidationScores, reached: bool) -> Contribution:
    owner = game.owners[factor] if game.owners else None
    named = Contribution(game.kind, game.factors[factor], of=owner)
    if not reached:
        return replace(named, note=NOT_REACHED)
    without = game.recipes(game.whole - {factor})
    if why := measured.failure(without):
        return replace(named, note=f"cannot be left out: {why}")
    effect = measured.effect(game.recipes(game.whole), without)
    same = not effect.value and not effect.item_error
    return replace(named, left_out=effect, note=SAME_WEIGHTS if same else "")


def with_shapley(
    game: Game, known: Sequence[Contribution], measured: ValidationScores, limit: int, seed: int
) -> list[Contribution]:
    """The same with Shapley values, where there are two factors or more.

    Args:
        known: of each factor of the game.
        limit: of all recipes that are counted.
    """
    rounds = _rounds(game, measured, limit, seed) if len(game.factors) > 1 else []
    recipes = {there: game.recipes(there) for there in coalitions(rounds)}
    if not rounds or any(measured.failure(each) for each in recipes.values()):
        return [*known]
    value = {there: measured.fitness(each) for there, each in recipes.items()}
    scores = {there: measured.scores(each) for there, each in recipes.items()}

    def effect(factor: int) -> Effect:
        mean, sampling_error = shapley_value(factor, rounds, value.__getitem__)
        steps = [step for steps in rounds for step in steps if step.factor == factor]
        shares = [step.share for step in steps]
        joined = mean_scores([scores[step.joined] for step in steps], shares)
        others = mean_scores([scores[step.others] for step in steps], shares)
        return Effect(mean, measured.item_error(joined, others), sampling_error)

    return [
        one if one.note == SAME_WEIGHTS else replace(one, shapley=effect(factor))
        for factor, one in enumerate(known)
    ]


def _rounds(game: Game, measured: ValidationScores, limit: int, seed: int) -> list[Round]:
    """All sets, if there is room for them; else as many drawn orders as there is room for."""

    def admits(steps: Round) -> bool:
        recipes = _recipes(game, coalitions([steps]))
        if not measured.admits(recipes, limit):
            return False
        measured.score(recipes)
        return True

    count = len(game.factors)
    if count <= MOST_FACTORS and 2**count - 2 - count <= limit - measured.spent:
        every = every_order(count)
        if admits(every):
            return [every]
    rounds: list[Round] = []
    for steps in drawn_orders(count, seed):
        if len(rounds) == MOST_ROUNDS or not admits(steps):
            break
        rounds.append(steps)
    return rounds


def _recipes(game: Game, sets: Sequence[Coalition]) -> list[Recipe]:
    return [recipe for there in sets for recipe in game.recipes(there)]
