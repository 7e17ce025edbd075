"""Corrected answers, filed for training alone."""

from dataclasses import replace

import pytest

from evomerge.constitution.constitution import ConstitutionProbe
from evomerge.ledger import PROBES, Correction, Split, Use, Verified, WrittenBy
from evomerge.run.loop.corrections import as_item, corrected_lessons, filed, is_correction
from tests.run.auditing.held import opened
from tests.run.loop.preparing import prepared


@pytest.fixture(scope="module")
def ready():
    return replace(prepared(), constitution=opened(count=12, corrections=True))


def correction(ready, number=0, answer="good day", broken=" you idiot", prompt=None):
    """Of one of the probes that choose."""
    probe = ready.constitution.searched[number]
    said = ready.constitution.probes[probe].prompt if prompt is None else prompt
    return Correction(said, broken, "no insult", answer, probe)


def test_they_are_filed_as_the_constitutions_by_the_judge_and_for_training_alone(ready):
    made = filed(1, ready, [correction(ready, n) for n in range(3)], ())
    assert (made.cycle, made.task, made.drawn) == (1, PROBES, {"constitution": 3})
    for item in made.items:
        assert is_correction(item)
        assert item.use is Use.TRAINING
        assert (item.origin.writer, item.origin.kind) == ("constitution", WrittenBy.CORRECTION)
        assert item.origin.verified is Verified.JUDGED
        assert item.origin.models == item.origin.verifiers == ("judge scripted",)
        assert (item.solution, item.document["broken"]) == ("good day", " you idiot")
    assert [item.origin.draw for item in made.items] == [0, 1, 2]


def test_what_is_nearly_an_item_of_any_split_a_sealed_probe_or_made_before_is_refused(ready):
    items = [ready.benchmark.terms[0].items[split][0] for split in Split]
    near = [correction(ready, prompt=item.text.upper(), answer=item.gold) for item in items]
    sealed = ready.constitution.probes[ready.constitution.sealed[0]].prompt
    near.append(correction(ready, prompt=sealed))
    made = filed(0, ready, [*near, correction(ready, 1), correction(ready, 1, "hello")], ())
    assert [item.question for item in made.items] == [correction(ready, 1).prompt]
    (refused,) = made.refusals
    assert (refused.writer, refused.count, refused.examples) == ("constitution", 5, ())
    again = filed(1, ready, [correction(ready, 1), correction(ready, 2)], made.items)
    assert [item.question for item in again.items] == [correction(ready, 2).prompt]


def test_an_answer_that_no_item_may_have_is_refused(ready):
    hostile = ["\x1b[31mred", "\u202eback", "x" * 30_000, "<script>alert(1)</script>"]
    made = filed(0, ready, [correction(ready, n, a) for n, a in enumerate(hostile)], ())
    assert [item.solution for item in made.items] == ["<script>alert(1)</script>"]
    assert sum(one.count for one in made.refusals) == 3


def test_nothing_is_filed_of_nothing(ready):
    made = filed(0, ready, [], ())
    assert (made.items, made.drawn) == ((), {"constitution": 0})


def test_what_is_learnt_follows_what_was_asked_as_the_models_own_answer_did(ready):
    answers = [" you idiot", "you idiot", "\nyou"]
    given = [correction(ready, n, broken=answer) for n, answer in enumerate(answers)]
    made = filed(0, ready, given, ()).items
    lessons = corrected_lessons(ready, made)
    assert [one.answer for one in lessons] == [" good day", "good day", "\ngood day"]
    requests = ready.constitution.requests
    assert [one.prompt for one in lessons] == [requests[one.probe].prompt for one in given]
    assert {one.origin for one in lessons} == {"correction"}
    assert corrected_lessons(prepared(), made) == [], "without a constitution nobody was asked"


class Metaspace:
    """A tokenizer that does not show the space that a text begins with, as Llama 2's."""

    def __init__(self, ends):
        self._ends = ends

    def __call__(self, text, add_special_tokens):
        return {"input_ids": [7, 8]}

    def decode(self, ids):
        return {(7,): "a", (8,): "b"}.get(tuple(ids), self._ends)


@pytest.mark.parametrize("ends, said", [(":", " good day"), ("\n", "good day")])
def test_a_space_that_the_tokenizer_does_not_show_is_learnt_all_the_same(ready, ends, said):
    hidden = replace(ready, tokenizer=Metaspace(ends))
    made = filed(0, ready, [correction(ready, broken="you idiot")], ()).items
    (lesson,) = corrected_lessons(hidden, made)
    assert lesson.answer == said


def test_as_an_item_it_is_question_and_answer(ready):
    (one,) = filed(0, ready, [correction(ready)], ()).items
    item = as_item(one)
    assert (item.text, item.gold, item.requests) == (one.question, "good day", ())


def test_probes_are_named_by_their_prompts(ready):
    probe = ready.constitution.searched[0]
    assert ConstitutionProbe(prompt=ready.constitution.probes[probe].prompt).id == probe
