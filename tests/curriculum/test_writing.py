import json
from collections import Counter

import pytest

from evomerge.curriculum import HumanItems, SolvedBy
from evomerge.curriculum.documents import DocumentFields
from evomerge.curriculum.writing import NEAR
from evomerge.errors import RecipeError
from evomerge.ledger import Use, Verified, WrittenBy
from tests.curriculum.population import CHAIN, HUMAN, WORDS, People, Sealed, curriculum, made

PROGRAM = {"name": "sums", "program": "sums.py", "count": 60}


def test_a_programs_items_are_executed_and_some_of_them_are_scored_on():
    event = made(curriculum(PROGRAM))
    assert event.drawn == {"sums": 60}
    assert {item.origin.verified for item in event.items} == {Verified.EXECUTED}
    uses = Counter(item.use for item in event.items)
    assert 0.15 < uses[Use.SCORED] / len(event.items) < 0.45
    refused = sum(one.count for one in event.refusals)
    assert len(event.items) + refused == 60
    item = event.items[0]
    assert item.question == item.document["question"]
    assert item.solution == item.document["answer"]
    assert (item.origin.writer, item.origin.kind, item.origin.models) == (
        *("sums", WrittenBy.PROGRAM),
        (),
    )


def test_what_models_wrote_is_for_training_alone_and_pays_for_every_step():
    settings = curriculum(CHAIN, scored=1, verifiers=[{"program": "check.py"}])
    asker = People({"adder": 0.3})
    event = made(settings, asker=asker)
    assert {item.use for item in event.items} == {Use.TRAINING}
    item = event.items[0]
    assert item.origin.models == ("adder", "speller")
    assert (item.origin.tokens, item.origin.seconds) == (18, 0.5)
    assert (item.origin.verified, item.origin.verifiers) == (Verified.EXECUTED, ("check.py",))
    assert event.tokens == 9 * len(asker.asked) == 9 * 80
    wrong = {one.reason: one.count for one in event.refusals}
    assert wrong["check.py says that the answer is wrong"] > 3


def test_it_is_a_function_of_its_inputs():
    settings = curriculum(PROGRAM, CHAIN, verifiers=[{"agreement": 0.4, "samples": 3}])
    one, same = made(settings), made(settings)
    assert one == same
    others = [made(settings, seed=1), made(settings, cycle=1)]
    assert all({i.id for i in other.items} != {i.id for i in one.items} for other in others)


def test_what_is_nearly_sealed_is_refused_and_not_shown():
    first = made(curriculum(PROGRAM)).items[0]
    solver = Sealed(sealed=({**first.document, "question": first.question.upper()},))
    event = made(curriculum(PROGRAM), solver=solver)
    assert first.id not in {item.id for item in event.items}
    near = [one for one in event.refusals if one.reason == NEAR]
    assert [one.examples for one in near] == [()]
    assert first.question not in repr(event.refusals)


@pytest.mark.parametrize(
    "bounds, share, reason",
    [
        ({"least": 0.1}, 0.0, "less than 0.1 of the population solves it"),
        ({"most": 0.9}, 1.0, "more than 0.9 of the population solves it"),
    ],
)
def test_kept_is_what_part_of_the_population_solves(bounds, share, reason):
    def solved(document):
        return share if "1" in document["question"] else 0.5

    event = made(curriculum(PROGRAM, solved=bounds), solver=Sealed(solved))
    assert reason in {one.reason for one in event.refusals}
    assert event.items
    assert not [item for item in event.items if "1" in item.question]


def test_nobody_is_asked_where_every_share_will_do():
    solver = Sealed()
    made(curriculum(PROGRAM, solved={"least": 0, "most": 1}), solver=solver)
    assert solver.shown == []


def test_without_a_document_of_the_task_nothing_can_be_written():
    with pytest.raises(RecipeError, match="spelt has no search item"):
        made(curriculum(PROGRAM), human=HumanItems({"other": HUMAN}))


def test_no_human_item_is_needed_where_the_fields_are_known():
    nobody = HumanItems()
    vote = {"agreement": 1, "of": ["leader"]}
    like = {"name": "m", "model": "elite", "prompt": "{{missed}}", "count": 2}
    settings = curriculum(PROGRAM, like, verifiers=[vote])
    event = made(settings, human=nobody, fields=DocumentFields.of(HUMAN))
    assert event.items
    assert event.precisions == ()
    assert [one.count for one in event.refusals if "'missed' is undefined" in one.reason] == [2]


def test_a_writer_that_copies_a_human_item_writes_nothing():
    copies = f"import json\nprint(json.dumps({HUMAN[0]!r}))\n"
    event = made(curriculum(PROGRAM), files={"sums.py": copies})
    assert event.items == ()
    assert [(one.reason, one.count) for one in event.refusals] == [(NEAR, 1)]


def test_what_an_adversary_wrote_is_kept_where_rivals_solve_and_the_leader_fails():
    def like(question):
        number = question.key % 60 + 10
        return json.dumps({"question": f"{number} + 1 in french =", "answer": spelt(number + 1)})

    def solved(document):
        even = int(document["question"].split()[0]) % 2 == 0
        return SolvedBy(0.5, leader=even, some_rival=True, every_rival=False)

    adversary = {"name": "hard", "model": "leader", "prompt": "{{missed}}", "count": 20}
    settings = curriculum({**adversary, "variants": "missed"}, PROGRAM, scored=1)
    solver = Sealed(solved)
    human = HumanItems({"spelt": HUMAN}, HUMAN[:1])
    event = made(settings, asker=People(says=like), solver=solver, human=human)
    hard = [item for item in event.items if item.origin.writer == "hard"]
    assert hard
    assert all(int(item.question.split()[0]) % 2 for item in hard)
    assert {item.use for item in hard} == {Use.TRAINING}, "its writer is never scored on it"
    assert {r.reason for r in event.refusals if r.writer == "hard"} >= {"the leader solves it"}
    others = {item.use for item in event.items if item.origin.writer == "sums"}
    assert others == {Use.SCORED}, "what programs write is not held to it"
    assert any(
        int(item.question.split()[0]) % 2 == 0
        for item in event.items
        if item.origin.writer == "sums"
    )


def spelt(number):
    return " ".join(WORDS[int(digit)] for digit in str(number))
