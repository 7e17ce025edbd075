from evomerge.rails.rules.sameness import SAMENESS
from tests.rails.histories import goes_on, model, pauses, task, watched


def common(share, gold=0.1):
    return watched(model(t=task(common=share, gold_common=gold)))


def test_one_answer_to_most_questions_pauses_unless_it_is_right():
    assert "60% of the leader's answers are the same one" in pauses(SAMENESS, common(0.6))
    assert goes_on(SAMENESS, common(0.3))
    assert goes_on(SAMENESS, common(0.6, gold=0.55))


def test_without_right_answers_parents_are_compared_with():
    assert pauses(SAMENESS, common(0.6, gold=None))
