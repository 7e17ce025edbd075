from evomerge.curriculum.refusing import RefusedDrafts
from evomerge.curriculum.verifying import CycleVerification, PassedDraft
from evomerge.ledger import Verified, VerifierPrecision
from tests.curriculum.contexts import context_of, read_draft
from tests.curriculum.population import CHAIN, People, curriculum

RIGHT = read_draft("1 + 1", "deux", models=("adder",))
WRONG = read_draft("2 + 2", "cinq", models=("adder",))
PROGRAM, VOTE = {"program": "check.py"}, {"agreement": 1, "of": ["leader"]}


def verified(*verifiers, drafts=(RIGHT, WRONG), asker=None):
    settings = curriculum(CHAIN, verifiers=[*verifiers])
    refused = RefusedDrafts()
    verification = CycleVerification(context_of(settings, asker or People()), refused)
    return verification.passed(drafts), verification, refused.all


def test_without_verifiers_all_pass_and_are_told_as_unverified():
    passed, verification, refused = verified()
    assert [one.verified for one in passed] == [Verified.UNVERIFIED] * 2
    assert (verification.precisions, verification.tokens, refused) == ([], 0, ())


def test_what_a_program_printed_was_executed():
    assert PassedDraft.of(read_draft("1 + 1", "deux")).verified is Verified.EXECUTED


def test_an_item_is_as_sure_as_its_surest_verifier_and_pays_for_all():
    passed, verification, refused = verified(VOTE, PROGRAM)
    (one,) = passed
    assert (one.verified, one.agreement) == (Verified.EXECUTED, 1.0)
    assert one.verifiers == ("vote (one answer of leader; 1)", "check.py")
    assert one.tokens == 9
    assert [(r.reason, r.count) for r in refused] == [
        ("vote (one answer of leader; 1): too few agree", 1)
    ]
    assert verification.tokens == 9 * 2 + 9 * 4  # both drafts, and four human items


def test_a_vote_before_a_program_is_held_against_it():
    asker = People(says=lambda one: "cinq" if one.prompt.startswith("2") else None)
    _, verification, _ = verified(VOTE, PROGRAM, asker=asker)
    assert verification.precisions[1:] == [
        VerifierPrecision("vote (one answer of leader; 1)", "check.py", 2, 1)
    ]


def test_a_vote_behind_a_program_is_not_held_against_what_it_was_spared():
    _, verification, _ = verified(PROGRAM, VOTE)
    assert [one.against for one in verification.precisions] == ["human answers"]
