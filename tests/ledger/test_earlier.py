import pytest

from evomerge.ledger import FILE, ItemsOpened, Part, RunBegan, State, Trial, WinnerChosen
from evomerge.ledger.database import Database
from evomerge.ledger.earlier import history_of
from evomerge.ledger.worded import Worded
from tests.ledger.stored import BETWEEN, RELEASED, unpack


@pytest.fixture(params=[RELEASED, BETWEEN])
def told(request, tmp_path):
    folder = unpack(request.param, tmp_path / "run")
    return request.param, history_of(Database(folder / FILE, writes=False))


def test_all_is_told_in_its_order(told):
    version, dated = told
    times = [when for when, _ in dated]
    assert times == sorted(times)
    (began,) = [what for _, what in dated if isinstance(what, RunBegan)]
    assert dated[0][1] is began
    assert len(began.items) == 80
    assert began.facts["recipe"]["merge_method"]
    kinds = [type(what) for _, what in dated]
    if version == RELEASED:  # the other had not come so far
        assert kinds.index(WinnerChosen) < kinds.index(ItemsOpened)


def test_a_trials_scores_stand_in_parts_before_it(told):
    _, dated = told
    scored = {}
    for _, what in dated:
        if isinstance(what, Part):
            assert what.state is not State.CANCELLED
            key = what.digest, what.split
            scored[key] = scored.get(key, 0) + len(what.scores)
        elif isinstance(what, Trial) and what.state is State.SCORED:
            assert what.scores == ()
            assert scored[what.digest, what.split] >= what.items > 0


def test_answers_and_questions_are_those_of_the_schema_that_has_them(told):
    version, dated = told
    answered = any(what.answers for _, what in dated if isinstance(what, Part))
    questions = [q for _, what in dated for q in getattr(what, "questions", ())]
    assert answered == bool(questions) == (version == BETWEEN)
    assert all(isinstance(question, Worded) and question.text for question in questions)
