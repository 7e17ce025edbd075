from evomerge.curriculum.verifier_kind import Opinion
from evomerge.curriculum.verifiers import VERIFIERS
from evomerge.ledger import Verified


def test_a_file_in_the_folder_is_registered_with_what_its_word_is_worth():
    assert {name: kind.verified for name, kind in VERIFIERS.items()} == {
        "agreement": Verified.VOTED,
        "judge": Verified.JUDGED,
        "program": Verified.EXECUTED,
    }


def test_who_does_not_vote_has_no_agreement():
    assert Opinion(True).agreement is None
