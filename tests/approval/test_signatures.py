"""Whose words count, and when they are enough."""

from dataclasses import replace

from evomerge.approval.signatures import signatures_on
from evomerge.approval.statement import SignerDecision
from evomerge.recipe import ApprovalSettings
from tests.approval.signers import ALICE, BOB, CONTENTS, EVE, line, word

BOTH = ApprovalSettings(by=(line(ALICE), line(BOB)))
EITHER = ApprovalSettings(by=(line(ALICE), line(BOB)), needs=1)
NO = SignerDecision.REJECTED


def test_all_or_as_many_as_are_asked_for():
    assert not signatures_on(BOTH, CONTENTS, []).passes
    one = signatures_on(BOTH, CONTENTS, [word(ALICE)])
    assert (one.missing, one.waits_for, one.passes) == (1, (BOB.public,), False)
    assert signatures_on(EITHER, CONTENTS, [word(BOB)]).passes
    assert signatures_on(BOTH, CONTENTS, [word(BOB), word(ALICE)]).passes


def test_one_who_signs_twice_is_one():
    twice = signatures_on(BOTH, CONTENTS, [word(ALICE), word(ALICE, note="again")])
    assert (twice.missing, twice.approved[0].statement.note) == (1, "again")


def test_a_rejection_holds_until_its_signer_approves():
    held = signatures_on(EITHER, CONTENTS, [word(ALICE), word(BOB, NO)])
    assert (held.missing, held.passes) == (0, False)
    assert signatures_on(EITHER, CONTENTS, [word(BOB, NO), word(ALICE), word(BOB)]).passes
    taken_back = signatures_on(EITHER, CONTENTS, [word(ALICE), word(ALICE, NO)])
    assert (taken_back.missing, taken_back.passes) == (1, False)


def test_words_of_others_on_others_or_forged_count_for_nothing():
    elsewhere = replace(CONTENTS, card_sha256="0" * 64)
    forged = replace(word(BOB), signature=word(EVE).signature)
    said = [word(EVE), word(EVE, NO), word(BOB, contents=elsewhere), forged]
    signatures = signatures_on(BOTH, CONTENTS, said)
    assert (signatures.approved, signatures.rejected, signatures.missing) == ((), (), 2)
