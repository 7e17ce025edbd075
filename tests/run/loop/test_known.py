"""What a run knows of new documents."""

from dataclasses import replace
from functools import partial

from evomerge.curriculum import SolvedBy
from evomerge.ledger import ItemOrigin, MadeItem, Split, Use, Verified, WrittenBy
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.loop.known import KnownToRun
from evomerge.run.loop.population import Population
from evomerge.score.items.item import content_id
from tests.run.loop.preparing import french, prepared, workers

TASK = "zoo_arithmetic_french"


def made(question):
    document = french(question)
    origin = ItemOrigin("told", WrittenBy.CHAIN, Verified.VOTED, 0, 0)
    text, answer = document["question"], document["answer"]
    return MadeItem(content_id(document), document, text, answer, origin, Use.TRAINING)


def corrected(question):
    origin = ItemOrigin("constitution", WrittenBy.CORRECTION, Verified.JUDGED, 0, 0)
    return replace(made(question), document={"prompt": question}, origin=origin)


def test_a_document_nearly_like_a_sealed_item_a_made_one_or_the_one_before_is_known():
    ready = prepared()
    sealed = ready.benchmark.terms[2].items[Split.TEST][0]
    task = next(task for task in ready.tasks if task.name == TASK)
    reader = task.documents.reader
    copied = dict(task.docs[sealed.id])
    copied["question"] = f"Question: {copied['question'].replace(' in', '  in')}"
    disguised = {**copied, "question": copied["question"].replace("+", "plus").replace(" ", "")}
    known = KnownToRun(ready, None, TASK, reader, [made("3 + 98"), corrected("96 + 6")])
    given = [copied, french("3 + 98"), french("96 + 6"), french("98 + 4"), french("97 + 5")]
    found = known.near(given)
    assert found[0] == sealed.id
    assert None not in found[1:3], "the second is like an answer that was corrected"
    assert found[3:] == [None, None]
    assert known.near([disguised]) == [sealed.id]


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
