import pytest

from evomerge.curriculum.draft import DraftItem
from evomerge.curriculum.reading import read
from evomerge.curriculum.refusing import RefusedDrafts
from evomerge.ledger import WrittenBy
from tests.curriculum.contexts import context_of
from tests.curriculum.population import CHAIN, curriculum

DOCUMENT = {"question": "1 + 1 in french =", "answer": "deux"}


def draft(document, reason="", draw=0):
    return DraftItem("w", WrittenBy.PROGRAM, draw, document, reason)


def found(*drafts):
    refused = RefusedDrafts()
    return read(drafts, context_of(curriculum(CHAIN)), refused), refused.all


def test_a_document_is_read_as_the_task_does():
    (one,), refused = found(draft(DOCUMENT))
    assert (one.question, one.gold, refused) == ("1 + 1 in french =", "deux", ())


@pytest.mark.parametrize(
    "one, reason",
    [
        (draft(None, "a line is no JSON object"), "a line is no JSON object"),
        (draft({**DOCUMENT, "seed": 1}), "has the field seed"),
        (draft({**DOCUMENT, "answer": 2}), "answer is a whole number"),
        (draft({**DOCUMENT, "answer": " \n"}), "has no answer that the task holds right"),
        (draft({**DOCUMENT, "question": " "}), "has no question"),
    ],
)
def test_what_is_no_document_of_the_task_is_refused(one, reason):
    kept, (refused,) = found(one)
    assert kept == []
    assert refused.reason.startswith(reason)


def test_each_content_counts_once():
    kept, (refused,) = found(draft(DOCUMENT), draft(dict(reversed(DOCUMENT.items())), draw=1))
    assert len(kept) == 1
    assert refused.reason == "the same was written before in this cycle"
