from evomerge.curriculum.verifiers.judge import verify
from tests.curriculum.contexts import context_of, read_draft
from tests.curriculum.population import CHAIN, People, curriculum

VERIFIER = {"judge": "critic", "rubric": "The sum {is} right."}


def opinion(draft, says="Yes."):
    settings = curriculum(CHAIN, verifiers=[VERIFIER])
    asker = People(says=lambda one: says)
    (one,) = verify(settings.verifiers[0], context_of(settings, asker), [draft])
    return one, asker


def test_it_is_shown_rubric_question_and_answer_and_its_yes_counts():
    one, asker = opinion(read_draft("1 + 1", "{deux}"))
    assert one.passed
    (asked,) = asker.asked
    for part in ("The sum {is} right.", "1 + 1 in french =", "{deux}"):
        assert part in asked.prompt
    assert asked.temperature == 0
    assert not opinion(read_draft("1 + 1", "deux"), "I cannot say yes")[0].passed


def test_it_does_not_judge_what_it_has_written():
    one, asker = opinion(read_draft("1 + 1", "deux", models=("critic",)))
    assert (one.passed, asker.asked) == (False, [])
    assert "has written it" in one.reason
