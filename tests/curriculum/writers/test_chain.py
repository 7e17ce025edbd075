from evomerge.curriculum import HumanItems
from evomerge.curriculum.writers.chain import write
from tests.curriculum.contexts import context_of
from tests.curriculum.population import CHAIN, HUMAN, curriculum

SUMS = [{"question": f"{n} + {n}", "answer": str(2 * n)} for n in range(20)]
FROM_ITEMS = {**CHAIN, "count": 5, "questions": {"task": "sums"}}


def drafts(chain, **more):
    settings = curriculum(chain)
    return write(settings.writers[0], context_of(settings, **more))


def test_questions_are_search_items_each_once_and_others_in_another_cycle():
    human = HumanItems({"spelt": HUMAN, "sums": [*SUMS, SUMS[0]]})
    found = drafts(FROM_ITEMS, human=human)
    questions = [draft.asked["question"] for draft in found]
    assert len({*questions}) == 5
    assert found == drafts(FROM_ITEMS, human=HumanItems({"sums": SUMS[::-1]}))
    many = drafts({**FROM_ITEMS, "count": 99}, human=human)
    assert len(many) == 20


def test_without_items_nothing_is_asked():
    assert drafts(FROM_ITEMS, human=HumanItems({"sums": ()})) == []


def test_what_is_no_question_is_told():
    source = "print('3')\nprint('{')\nprint('{\"question\": \"\\\\u0007\"}')\n"
    found = drafts(CHAIN, files={"draw.py": source})
    assert [draft.document for draft in found] == [None] * 3
    assert found[0].reason == "a question is no JSON object"
    assert "not valid JSON" in found[1].reason
    assert found[2].reason == "a question: question holds a control character (U+0007)"


def test_a_program_that_fails_and_a_document_that_cannot_be_made_are_told():
    (draft,) = drafts(CHAIN, files={"draw.py": "1 / 0"})
    assert draft.reason == "draw.py: draw.py:1: ZeroDivisionError: division by zero"
    broken = {**CHAIN, "document": {"question": "{{nobody}}", "answer": "x"}}
    assert all("document: the template" in draft.reason for draft in drafts(broken))
