"""A cycle's items, written by the zoo's models."""

from dataclasses import replace

from evomerge.ledger import Split, Use, Verified
from evomerge.recipe import recipe_from
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.loop.made_items import MADE, made_items
from evomerge.run.loop.population import Population
from evomerge.run.loop.writing import written
from evomerge.run.preparation.preflight import prepare
from evomerge.zoo import TASKS
from tests.run.loop.preparing import french, prepared, small, workers


def timeless(item):
    return replace(item, origin=replace(item.origin, seconds=0.0))


def test_what_is_written_follows_from_seed_and_models_and_is_new_and_right():
    ready = prepared()
    with Population.opened(ready, [], workers, lambda: None) as population:
        elites = [Offspring(recipe, str(n)) for n, recipe in enumerate(population.all)]
    made, again = (written(0, ready, elites, (), workers, lambda: None) for _ in range(2))
    assert [*map(timeless, made.items)] == [*map(timeless, again.items)]
    assert (made.refusals, made.drawn, made.tokens) == (again.refusals, again.drawn, again.tokens)
    assert made.drawn == {"told": 12, "counted": 12}
    assert made.tokens > 0
    by_writer = {name: [i for i in made.items if i.origin.writer == name] for name in made.drawn}
    for item in by_writer["counted"]:
        assert item.document == french(item.document["question"].removesuffix(" in french ="))
        assert (item.origin.verified, item.origin.models) == (Verified.EXECUTED, ())
    for item in by_writer["told"]:
        assert (item.origin.verified, item.use) == (Verified.VOTED, Use.TRAINING)
        assert item.origin.models == ("zoo:arithmetic", "zoo:french")
        assert item.origin.agreement >= 0.6
    assert len(by_writer["counted"]) > 6 < len(by_writer["told"])
    sealed = {item.id for item in ready.benchmark.terms[2].items[Split.TEST]}
    assert not sealed & {item.id for item in made.items}
    later = written(1, ready, elites, made.items, workers, lambda: None)
    assert not {i.document["question"] for i in later.items} & {
        i.document["question"] for i in made.items
    }


def test_a_task_may_be_named_by_its_file():
    plain, file = small().plain(), str(TASKS / "arithmetic_french.yaml")
    plain["evolve"]["fitness"][2]["task"] = plain["evolve"]["curriculum"]["task"] = file
    plain["evolve"]["curriculum"]["writers"] = [
        one for one in plain["evolve"]["curriculum"]["writers"] if one["name"] == "counted"
    ]
    ready = prepare(recipe_from(plain))
    with Population.opened(ready, [], workers, lambda: None) as population:
        elites = [Offspring(population.all[0], "0")]
    made = written(0, ready, elites, (), workers, lambda: None)
    assert made.task == file
    opened = made_items(ready, file, [item.document for item in made.items])
    assert {item.task for item in opened.items} == {"zoo_arithmetic_french" + MADE}
