from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from evomerge.charts.gains import gains, shares_of_gain
from evomerge.report.verdict import SealedScores
from tests.charts.runs import rows
from tests.report.history import RECIPE, VERDICT


def verdict_of(winner, rival, difference):
    """A verdict on some tasks' means."""
    scores = {"winner": SealedScores(0.5, winner), "A": SealedScores(0.25, rival)}
    against = VERDICT.comparisons["A"]
    fitness = replace(against.fitness, difference=difference)
    return replace(VERDICT, scores=scores, comparisons={"A": replace(against, fitness=fitness)})


def recipe_of(weights):
    return {"evolve": {"fitness": [{"task": str(n), "weight": w} for n, w in enumerate(weights)]}}


MEANS = st.floats(0, 1)


@given(st.lists(st.tuples(MEANS, MEANS, st.floats(0.1, 10)), min_size=1, max_size=6))
def test_the_tasks_shares_are_the_difference(tasks):
    winner = {str(n): own for n, (own, _, _) in enumerate(tasks)}
    rival = {str(n): other for n, (_, other, _) in enumerate(tasks)}
    weights = [weight for _, _, weight in tasks]
    gain = sum(w * (a - b) for a, b, w in tasks) / sum(weights)

    shares = shares_of_gain(verdict_of(winner, rival, gain), recipe_of(weights))

    assert shares is not None
    assert abs(sum(shares.values()) - gain) < 1e-9


def test_nothing_is_said_where_the_fitness_is_no_weighted_mean():
    verdict = verdict_of({"0": 0.5, "1": 0.5}, {"0": 0.25, "1": 0.5}, 0.5)
    assert shares_of_gain(verdict, recipe_of([1, 1])) is None
    assert gains(verdict, recipe_of([1, 1])) is None


def test_a_task_of_no_weight_has_no_share():
    verdict = verdict_of({"0": 0.5, "1": 1.0}, {"0": 0.25, "1": 0.0}, 0.25)
    assert shares_of_gain(verdict, recipe_of([1, 0])) == {"0": 0.25}


def test_the_largest_share_is_named():
    figure = gains(VERDICT, RECIPE)
    assert rows(figure) == [{"task": "t", "share": 0.25, "sign": "won"}]
    assert figure.title == "Most of the gain comes from t: +0.250 of +0.250"
