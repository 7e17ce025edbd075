"""A cycle's items written by its population, from what the run has at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evomerge.curriculum import HumanItems, write
from evomerge.curriculum.addresses import address_askers
from evomerge.curriculum.documents import DocumentFields
from evomerge.curriculum.population import Document
from evomerge.ledger import ItemsMade, MadeItem, Split
from evomerge.recipe import Curriculum
from evomerge.recipe.writers import ModelWriter
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.loop.asking import PopulationAsker
from evomerge.run.loop.known import KnownToRun
from evomerge.run.loop.population import Population
from evomerge.run.placement import MakeWorkers
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.preparation.prompting import recorder_for, turns_of
from evomerge.score.items.item import Item
from evomerge.score.tasks.pool import Pool


def written(
    nth: int,
    prepared: Prepared,
    elites: Sequence[Offspring],
    before: Sequence[MadeItem],
    make_workers: MakeWorkers,
    checkpoint: Callable[[], None],
) -> ItemsMade:
    """Have parents and elites write the items of a cycle.

    Args:
        prepared: over root parents, with all that the elites are made of.
        before: what was made in earlier cycles.

    Raises:
        UserError: a program or an address cannot be used.
        Stopped: the run is to stop.
    """
    evolve, curriculum = prepared.evolve, prepared.evolve.curriculum
    assert curriculum is not None
    task = prepared.tasks[evolve.number_of(curriculum.task)]
    assert not isinstance(task, Pool)
    reader = task.documents.reader
    recorder = recorder_for(prepared.parents[prepared.recipe.template], prepared.tokenizer)
    with Population.opened(prepared, elites, make_workers, checkpoint) as population:
        return write(
            curriculum,
            nth,
            evolve.seed,
            asker=PopulationAsker(population, recorder, turns_of(evolve, prepared.tokenizer)),
            solver=KnownToRun(prepared, population, curriculum.task, reader, before),
            reader=reader,
            human=_human(prepared, curriculum, population),
            fields=DocumentFields.of([*task.docs.values()]),
            programs=prepared.programs,
            addresses=address_askers(curriculum, prepared.permissions),
        )


def _searched(prepared: Prepared, number: int) -> list[Item]:
    return [*prepared.benchmark.terms[number].items[Split.SEARCH]]


def _documents(prepared: Prepared, number: int) -> list[Document]:
    """The documents of a task's search items."""
    docs = prepared.tasks[number].docs
    return [dict(docs[item.id]) for item in _searched(prepared, number)]


def _human(prepared: Prepared, curriculum: Curriculum, population: Population) -> HumanItems:
    """The search items, and of the curriculum's task those that the leader misses and solves;
    neither where nobody is shown them.
    """
    evolve = prepared.evolve
    by_task = {task: _documents(prepared, evolve.number_of(task)) for _, task in curriculum.tasks}
    number = evolve.number_of(curriculum.task)
    items = _searched(prepared, number)
    if not items or not any(isinstance(one, ModelWriter) for one in curriculum.writers):
        return HumanItems(by_task)
    task = prepared.tasks[number]
    leader = population.elites[0].recipe
    (answers,) = population.answer([leader], [[item.requests for item in items]])
    missed, solved = list[Document](), list[Document]()
    for score in task.grader.grade(items, answers.items):
        (solved if score.value > 0 else missed).append(dict(task.docs[score.item]))
    return HumanItems(by_task, missed, solved)
