import math

import numpy as np
import optuna
import pytest

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms.tpe import TpeSettings, make
from tests.search.conformance import history


def tpe(choices, starts=(), seed=0, **settings):
    problem = Problem((0.5,) * len(choices), choices, starts=starts)
    return make(problem, TpeSettings(**settings), seed)


def test_it_asks_for_what_optuna_asks_for():
    """Driven by hand with the same seed, optuna proposes the same numbers."""
    sampler = optuna.samplers.TPESampler(n_startup_trials=5, multivariate=True, seed=3)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.enqueue_trial({"0": 0.5, "1": 0.5})
    space = {name: optuna.distributions.FloatDistribution(0, 1) for name in "01"}
    algorithm = tpe((0, 0), seed=3, startup=5)
    for _ in range(25):
        trial = study.ask(space)
        (candidate,) = algorithm.ask(1)
        assert candidate.genome == (trial.params["0"], trial.params["1"])
        value = -((candidate.genome[0] - 0.3) ** 2)
        study.tell(trial, value)
        algorithm.tell(candidate, Outcome((value,)))


def test_choices_are_categories():
    candidates = tpe((2, 0, 5)).ask(60)
    assert {one.genome[0] for one in candidates} == {0.25, 0.75}
    assert {round(one.genome[2], 9) for one in candidates} == {0.1, 0.3, 0.5, 0.7, 0.9}


def states(outcomes):
    """How optuna has it on record: state, value and violation of each."""
    algorithm = tpe((0,))
    for candidate, outcome in zip(algorithm.ask(len(outcomes)), outcomes, strict=True):
        algorithm.tell(candidate, outcome)
    return [
        (trial.state.name, trial.value, sum(trial.constraints.values()))
        for trial in algorithm._study.trials
    ]


def test_it_is_told_what_each_outcome_means():
    assert states(
        [
            Outcome((0.75,)),
            Outcome((0.75,), (0.25,)),
            Outcome((0.75,), violation=0.5),
            Outcome((0.75,), cut=True),
            Outcome((0.75,), (math.inf,)),
            Outcome(failure="x"),
        ]
    ) == [
        ("COMPLETE", 0.75, 0),
        ("COMPLETE", 0.5, 0),
        ("COMPLETE", 0.75, 0.5),
        ("PRUNED", 0.75, 0),
        ("PRUNED", None, 0),
        ("FAIL", None, 0),
    ]


def test_floors_come_before_fitness():
    """Above 0.5 it is fitter, and violates a floor."""

    def score(genome):
        return Outcome((genome[0],), violation=max(0.0, genome[0] - 0.5))

    *_, last = history(tpe((0, 0)), score, 20)
    assert np.median([one.genome[0] for one in last]) == pytest.approx(0.45, abs=0.06)


def test_it_says_nothing(capfd):
    history(tpe((0, 3), starts=((0.2, 0.9),)), lambda genome: Outcome((genome[0],)), 5)
    assert capfd.readouterr() == ("", "")
