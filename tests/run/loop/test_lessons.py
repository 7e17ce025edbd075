"""What an adapter is trained on."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import Correction, ItemOrigin, MadeItem, Split, Use, Verified, WrittenBy
from evomerge.run.loop.corrections import filed
from evomerge.run.loop.lessons import _exchanged, human_lessons, made_lessons
from evomerge.score.items.item import content_id
from tests.run.auditing.held import opened
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
    lessons = made_lessons(prepared(), items)
    assert [lesson.answer for lesson in lessons] == [f" {one.solution}" for one in items[:-1]]
    assert {lesson.origin for lesson in lessons} == {"chain"}
    exchanged = made_lessons(prepared(), items, exchanged_by=0)
    assert [lesson.prompt for lesson in exchanged] == [lesson.prompt for lesson in lessons]
    pairs = zip(lessons, exchanged, strict=True)
    assert all(own.answer != other.answer for own, other in pairs), "no two sums are alike"
    assert made_lessons(prepared(), items[-1:]) == []


@given(st.lists(st.text(max_size=3), unique=True, min_size=2, max_size=20), st.integers(0, 9))
def test_answers_are_exchanged_so_that_nobody_keeps_its_own(ids, seed):
    answers = [f"answer {one}" for one in ids]
    exchanged = _exchanged(answers, ids, seed)
    assert sorted(exchanged) == sorted(answers)
    assert all(one != other for one, other in zip(answers, exchanged, strict=True))
    assert exchanged == _exchanged(answers, ids, seed)


def test_corrections_come_last_and_their_answers_are_exchanged_among_themselves():
    ready = replace(prepared(), constitution=opened(count=12, corrections=True))
    probes = [(one, ready.constitution.probes[one].prompt) for one in ready.constitution.searched]
    written = [
        Correction(prompt, " you idiot", "no insult", f"answer {n}", probe)
        for n, (probe, prompt) in enumerate(probes)
    ]
    corrections = filed(0, ready, written, ()).items
    items = [*corrections, *(made(f"{number} + 4") for number in range(20))]
    lessons = made_lessons(ready, items)
    assert [one.origin for one in lessons] == ["chain"] * 20 + ["correction"] * 4
    assert lessons[:20] == made_lessons(prepared(), items[4:])
    exchanged = made_lessons(ready, items, exchanged_by=0)
    assert exchanged[:20] == made_lessons(prepared(), items[4:], exchanged_by=0)
    own, others = lessons[20:], exchanged[20:]
    assert {one.answer for one in own} == {one.answer for one in others}
    assert [one.prompt for one in own] == [one.prompt for one in others]
    assert all(one.answer != other.answer for one, other in zip(own, others, strict=True))
