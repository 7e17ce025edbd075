"""What a run knows of new documents."""

from evomerge.ledger import Split
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


def test_the_share_that_solves_is_counted_over_parents():
    ready = prepared()
    with Population.opened(ready, [], workers, lambda: None) as population:
        known = KnownToRun(ready, population, "zoo_french", ready.tasks[1].documents.reader)
        shares = known.solved(
            [{"question": "85 in french =", "answer": "huit cinq"}] * 1
            + [{"question": "86 in french =", "answer": "huit cinq"}]
        )
    assert shares == [1 / 3, 0.0]
