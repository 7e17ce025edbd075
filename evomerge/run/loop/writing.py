"""A cycle's items written by its population, from what the run has at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evomerge.curriculum import HumanItems, Programs, write
from evomerge.curriculum.addresses import address_askers
from evomerge.curriculum.documents import DocumentFields
from evomerge.curriculum.population import Document
from evomerge.ledger import ItemsMade, MadeItem, Split
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.loop.asking import PopulationAsker
from evomerge.run.loop.known import KnownToRun, TaskAsReader
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
    evolve = prepared.evolve
    assert evolve.curriculum is not None
    curriculum = evolve.curriculum
    names = [task.name for task in prepared.tasks]
    task = prepared.tasks[names.index(curriculum.task)]
    assert not isinstance(task, Pool)  # `check` has refused it
    template = prepared.parents[prepared.recipe.template]
    with Population.opened(prepared, elites, make_workers, checkpoint) as population:
        known = KnownToRun(
            prepared, population, curriculum.task, [item.document for item in before]
        )
        recorder = recorder_for(template, prepared.tokenizer)
        turns = turns_of(evolve, prepared.tokenizer)
        by_task = {name: _documents(prepared, name) for name in names}
        missed = _missed(prepared, curriculum.task, population)
        return write(
            curriculum,
            nth,
            evolve.seed,
            asker=PopulationAsker(population, recorder, turns),
            solver=known,
            reader=TaskAsReader(task),
            human=HumanItems(by_task, missed),
            fields=DocumentFields.of([*task.docs.values()]),
            programs=Programs.read(curriculum, prepared.recipe),
            addresses=address_askers(curriculum, prepared.permissions),
        )


def _searched(prepared: Prepared, name: str) -> list[Item]:
    term = next(term for term in prepared.benchmark.terms if term.task == name)
    return [*term.items[Split.SEARCH]]


def _documents(prepared: Prepared, name: str) -> list[Document]:
    """The documents of a task's search items."""
    task = next(task for task in prepared.tasks if task.name == name)
    return [dict(task.docs[item.id]) for item in _searched(prepared, name)]


def _missed(prepared: Prepared, name: str, population: Population) -> list[Document]:
    """Those of a task's search items that the leader does not solve."""
    items = _searched(prepared, name)
    if not items:
        return []
    term = next(term for term in prepared.benchmark.terms if term.task == name)
    (answered,) = population.answer(
        [population.elites[0].recipe], [[item.requests for item in items]]
    )
    scores = term.grader.grade(items, answered.items)
    task = next(task for task in prepared.tasks if task.name == name)
    return [dict(task.docs[score.item]) for score in scores if score.value <= 0]
