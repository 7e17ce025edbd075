import pytest

from evomerge.curriculum.voting import Ballot, ballots, says_the_same, voices_of
from evomerge.recipe.verifiers import Agreement
from tests.curriculum.contexts import context_of, read_draft
from tests.curriculum.population import CHAIN, People, curriculum


def test_answers_are_the_same_however_they_are_put():
    assert says_the_same("Un sept.", "un  SEPT")
    assert says_the_same("1,000", "1000")
    assert not says_the_same("un", "un sept")
    assert not says_the_same("", "")
    assert not says_the_same("...", "...")


def test_without_names_it_is_the_chain_that_wrote_it_or_the_leader():
    context = context_of(curriculum(CHAIN))
    settings = Agreement(agreement=1, samples=2)
    told = read_draft("1 + 1", "deux", writer="told", models=("adder",))
    assert voices_of(settings, told, context) == ("told",)
    assert voices_of(settings, read_draft("1 + 1", "deux"), context) == ("leader",)


def test_each_draft_has_the_voices_that_are_independent_of_it():
    context = context_of(curriculum(CHAIN), People())
    settings = Agreement(agreement=1, of=("adder", "leader", "elite"))
    drafts = [
        read_draft("1 + 1", "deux", models=("adder",)),
        read_draft("2 + 2", "quatre", models=("leader", "elite")),
    ]
    first, second = ballots(settings, context, drafts)
    assert first.answers == [" deux", " deux"]
    assert second.answers == [" 4"]
    assert (first.tokens, first.seconds) == (18, 0.5)


def test_who_comes_to_no_answer_agrees_with_nobody():
    ballot = Ballot([None, "deux", "trois"])
    assert ballot.agreeing("deux") == 1


def test_a_chain_that_fails_has_no_answer():
    asker = People(says=lambda one: "")
    context = context_of(curriculum(CHAIN), asker)
    told = read_draft("1 + 1", "deux", writer="told", models=("adder",))
    (ballot,) = ballots(Agreement(agreement=1, samples=2), context, [told])
    assert ballot.answers == [None, None]


@pytest.mark.parametrize("asked, voice", [("leader", "elite"), ("elite", "leader")])
def test_the_leader_is_one_of_the_elites_and_has_no_voice_in_what_they_wrote(asked, voice):
    settings = curriculum(CHAIN, verifiers=[{"agreement": 1, "of": [voice, "speller"]}])
    draft = read_draft("1 + 1", "deux", writer="w", models=(asked,))
    assert voices_of(settings.verifiers[0], draft, context_of(settings)) == ("speller",)
