"""What an adapter is trained on."""

from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import ItemOrigin, MadeItem, Split, Use, Verified, WrittenBy
from evomerge.run.loop.lessons import _exchanged, human_lessons, made_lessons
from evomerge.score.items.item import content_id
from tests.run.loop.preparing import french, prepared

TASK = "zoo_arithmetic_french"


def made(question, use=Use.TRAINING):
    document = french(question)
    origin = ItemOrigin("told", WrittenBy.CHAIN, Verified.VOTED, 0, 0)
    return MadeItem(content_id(document), document, question, document["answer"], origin, use)


def test_people_s_lessons_are_the_search_items_and_no_others():
    ready = prepared()
    lessons = human_lessons(ready)
    searched = [item for term in ready.benchmark.terms for item in term.items[Split.SEARCH]]
    assert [lesson.prompt for lesson in lessons] == [item.requests[0].prompt for item in searched]
    assert [lesson.answer for lesson in lessons] == [f" {item.gold}" for item in searched]
    assert {lesson.origin for lesson in lessons} == {"human"}


def test_made_lessons_are_those_for_training_with_their_own_answers_or_exchanged_ones():
    items = [made(f"{number} + 4") for number in range(20)] + [made("50 + 9", Use.SCORED)]
    lessons = made_lessons(prepared(), TASK, items)
    assert [lesson.answer for lesson in lessons] == [f" {one.solution}" for one in items[:-1]]
    assert {lesson.origin for lesson in lessons} == {"chain"}
    exchanged = made_lessons(prepared(), TASK, items, exchanged_by=0)
    assert [lesson.prompt for lesson in exchanged] == [lesson.prompt for lesson in lessons]
    pairs = zip(lessons, exchanged, strict=True)
    assert all(own.answer != other.answer for own, other in pairs), "no two sums are alike"
    assert made_lessons(prepared(), TASK, items[-1:]) == []


@given(st.lists(st.text(max_size=3), unique=True, min_size=2, max_size=20), st.integers(0, 9))
def test_answers_are_exchanged_so_that_nobody_keeps_its_own(ids, seed):
    answers = [f"answer {one}" for one in ids]
    exchanged = _exchanged(answers, ids, seed)
    assert sorted(exchanged) == sorted(answers)
    assert all(one != other for one, other in zip(answers, exchanged, strict=True))
    assert exchanged == _exchanged(answers, ids, seed)
