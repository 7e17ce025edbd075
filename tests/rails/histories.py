"""Histories of runs, as rails see them: sound unless something is said."""

from dataclasses import replace

from evomerge.ledger import (
    AnswersLook,
    Entropies,
    GenerationWatched,
    Outlay,
    WatchedModel,
    WatchedScore,
    WatchedTask,
)
from evomerge.rails import Action, WatchedRun

LOOK = AnswersLook(
    100,
    tokens_mean=10.0,
    tokens_sd=3.0,
    common=0.1,
    gold_common=0.1,
    empty=0.02,
    languages={"en": 20},
    gold_languages={"en": 20},
)


def score(mean, error=0.05, items=100):
    return WatchedScore(mean, error, items)


def task(search=0.7, validation=0.7, look=LOOK, weight=1.0, **more):
    """How a model does on a task; `look` may be changed by the fields in `more` that it has."""
    changes = {key: more.pop(key) for key in [*more] if hasattr(LOOK, key)}
    return WatchedTask(
        weight, score(search), score(validation), look and replace(look, **changes), **more
    )


def model(digest="m", **tasks):
    return WatchedModel(digest, tasks or {"t": task()})


def generation(number=0, leader=None, cycle=0, **more):
    known = {"candidates": 12, "failed": 0, "evaluated": 12 * (number + 1), **more}
    return GenerationWatched(cycle, number, leader=leader or model(f"g{number}"), **known)


def watched(*leaders, baselines=None, **more):
    """Leaders one after the other, a generation each; the last one is judged."""
    entries = [generation(number, leader) for number, leader in enumerate(leaders)]
    return WatchedRun(baselines or (model("parent"),), tuple(entries), **more)


def of_entries(*entries, **more):
    return WatchedRun((model("parent"),), entries, **more)


def entropies(population, baseline=4.0, items=50):
    return {"t": Entropies(population, baseline, items)}


def spent(tokens=0, hours=0.0, kwh=None):
    return Outlay(tokens, 3600 * hours, None if kwh is None else kwh * 3.6e6)


def decide(rail, history, **settings):
    return rail.judge(history, rail.settings(**settings))


def goes_on(rail, history, **settings):
    return decide(rail, history, **settings).action is Action.GO_ON


def pauses(rail, history, **settings):
    """The sentence with which a rail pauses."""
    decision = decide(rail, history, **settings)
    assert decision.action is Action.PAUSE
    return decision.sentence
