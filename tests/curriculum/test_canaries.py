from evomerge.curriculum.canaries import MOST, PRINTED, Canaries
from evomerge.curriculum.verifier_kind import Opinion
from evomerge.ledger import CanariesJudged, VerifierPrecision
from tests.curriculum.contexts import context_of, read_draft
from tests.curriculum.population import CHAIN, WORDS, People, curriculum, made

MODEL = {"name": "m", "model": "adder", "prompt": "p", "count": 1}
PROGRAM = {"name": "sums", "program": "sums.py", "count": 60}
VOTE = {"agreement": 1, "of": ["leader"]}


def spelt(number):
    return " ".join(WORDS[int(digit)] for digit in str(number))


def printed(count):
    return [read_draft(f"{n} + 1", spelt(n + 1)) for n in range(count)]


def canaries(drafts, asker, vote=VOTE, *writers):
    settings = curriculum(*(writers or (MODEL,)), verifiers=[vote])
    context = context_of(settings, asker)
    return Canaries(context, drafts), settings.verifiers[0]


def test_a_vote_is_asked_some_of_what_programs_printed_and_models_writings_are_none():
    asker = People()
    told = read_draft("50 + 1", "faux", models=("adder",))
    found, vote = canaries([told, *printed(50)], asker)
    measured = found.ask(vote, "vote")
    assert measured.precision == VerifierPrecision("vote", PRINTED, MOST, MOST)
    assert found.judged == CanariesJudged(0, MOST, 0, 0, 0)
    assert len({one.prompt for one in asker.asked}) == MOST
    assert all(not one.prompt.startswith("50 ") for one in asker.asked)
    again = People()
    other, _ = canaries(printed(50)[::-1], again)
    other.ask(vote, "vote")
    assert [one.prompt for one in again.asked] == [one.prompt for one in asker.asked]


def test_a_vote_that_is_wrong_disagrees_and_one_that_comes_to_nothing_does_not():
    found, vote = canaries(printed(20), People({"leader": 1.0}))
    found.ask(vote, "vote")
    assert found.judged == CanariesJudged(0, 20, 20, 0, 0)
    undecided, both = canaries(
        printed(20), People({"leader": 1.0}), {"agreement": 2, "of": ["leader", "elite"]}
    )
    undecided.ask(both, "vote")
    assert undecided.judged is None


def test_a_vote_of_chains_is_asked_nothing_that_has_no_question_of_theirs():
    for vote in ({"agreement": 0.5, "samples": 3}, {"agreement": 1, "of": ["told", "leader"]}):
        asker = People()
        found, settings = canaries(printed(20), asker, vote, CHAIN)
        assert found.ask(settings, "vote").precision is None
        assert (found.judged, asker.asked) == (None, [])


def test_a_program_that_refuses_right_answers_is_wrong():
    found, _ = canaries(printed(20), People())
    found.execute([Opinion(True), Opinion(False, "no"), Opinion(True)])
    assert found.judged == CanariesJudged(0, 0, 0, 1, 3)


def test_what_a_cycle_comes_to_is_on_record_with_what_it_took():
    settings = curriculum(PROGRAM, CHAIN, verifiers=[VOTE, {"program": "check.py"}])
    asker = People(says=lambda one: "zéro" if one.model == "leader" else None)
    event = made(settings, asker=asker)
    canaries = event.canaries
    assert canaries.asked == canaries.disagreed == MOST
    assert (canaries.executor_wrong, canaries.executor_asked) == (0, 60)
    assert event.tokens == 9 * len(asker.asked)
    assert [one.against for one in event.precisions] == ["human answers", PRINTED]


def test_votes_and_programs_that_judge_the_same_are_held_against_each_other():
    settings = curriculum(CHAIN, verifiers=[VOTE, {"program": "check.py"}])
    event = made(settings, asker=People({"adder": 0.5, "leader": 0.0}))
    assert event.canaries.asked > 10
    assert event.canaries.disagreed == 0, "the vote passes what it would have said itself"
    wrong = made(settings, asker=People({"adder": 1.0}, says=_the_same_mistake))
    assert wrong.canaries.disagreed == wrong.canaries.asked > 10


def _the_same_mistake(question):
    """Both come to zero, whatever they are asked."""
    return "0" if question.model == "adder" else "zéro"


def test_of_a_program_that_breaks_down_nothing_is_known():
    settings = curriculum(PROGRAM, CHAIN, verifiers=[VOTE, {"program": "check.py"}])
    event = made(settings, files={"check.py": "raise SystemExit(1)\n"})
    assert event.items == ()
    assert event.canaries == CanariesJudged(0, MOST, 0, 0, 0)
    assert [one.against for one in event.precisions] == ["human answers", PRINTED]
