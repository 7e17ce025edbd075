"""What a run knows of new documents."""

from dataclasses import replace
from functools import partial

from evomerge.curriculum import SolvedBy
from evomerge.ledger import Split
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.loop.known import KnownToRun
from evomerge.run.loop.population import Population
from tests.run.loop.preparing import french, prepared, workers

TASK = "zoo_arithmetic_french"


def test_a_document_nearly_like_a_sealed_item_a_made_one_or_the_one_before_is_known():
    ready = prepared()
    sealed = ready.benchmark.terms[2].items[Split.TEST][0]
    task = next(task for task in ready.tasks if task.name == TASK)
    reader = task.documents.reader
    copied = dict(task.docs[sealed.id])
    copied["question"] = f"Question: {copied['question'].replace(' in', '  in')}"
    known = KnownToRun(ready, None, TASK, reader, [french("3 + 98")])
    given = [copied, french("3 + 98"), french("98 + 4"), french("98 + 4"), french("97 + 5")]
    found = known.near(given[:3] + given[4:])
    assert found[0] == sealed.id
    assert found[1] is not None
    assert found[2:] == [None, None]


def test_who_solves_a_document_is_told_of_leader_and_rivals():
    ready = prepared()
    right = {"question": "85 in french =", "answer": "huit cinq"}
    wrong = {"question": "86 in french =", "answer": "huit cinq"}
    with Population.opened(ready, [], workers, lambda: None) as population:
        known = partial(
            KnownToRun, ready, task="zoo_french", reader=ready.tasks[1].documents.reader
        )
        parents = known(population=population).solved([right, wrong])
        assert parents == [SolvedBy(1 / 3, False, True, False), SolvedBy(0, False, False, False)]
        made = {name: Offspring(recipe, name) for name, recipe in population.parents.items()}
        for leader, is_led in (("zoo:french", True), ("zoo:base", False)):
            led = replace(population, elites=[made[leader]])
            (found,) = known(population=led).solved([right])
            assert found == SolvedBy((1 + is_led) / 4, is_led, True, False)
