"""What a signer says, and what of it may be changed unnoticed: nothing."""

import copy
from dataclasses import replace

import pytest

from evomerge.approval.statement import SignedStatement, SignerDecision, signed_from
from tests.approval.signers import ALICE, BOB, CONTENTS, word


def test_a_signed_statement_is_genuine_and_read_again():
    said = word(ALICE)
    assert said.is_genuine
    assert signed_from(said.plain()) == said
    assert said.plain()["statement"]["contents"] == CONTENTS.plain()


@pytest.mark.parametrize(
    "change",
    [
        {"decision": SignerDecision.REJECTED},
        {"note": "as it should not be"},
        {"time": "2026-12-30T12:00:00Z"},
        {"key": BOB.public},
        *({"contents": replace(CONTENTS, **{name: "0" * 64})} for name in CONTENTS.plain()
          if name != "flags"),
        {"contents": replace(CONTENTS, flags=())},
    ],
)  # fmt: skip
def test_whatever_is_changed_the_signature_is_none_of_it(change):
    said = word(ALICE)
    assert not SignedStatement(replace(said.statement, **change), said.signature).is_genuine


@pytest.mark.parametrize("signature", ["", "AAAA", "no base64!", "ä", word(BOB).signature])
def test_what_is_no_signature_is_not_genuine(signature):
    assert not replace(word(ALICE), signature=signature).is_genuine


@pytest.mark.parametrize(
    "where, value",
    [
        (("statement", "schema"), "evomerge approval 2"),
        (("statement", "decision"), "perhaps"),
        (("statement", "note"), 1),
        (("statement", "time"), None),
        (("statement", "more"), "x"),
        (("statement", "key"), "ssh-rsa AAAA"),
        (("statement", "key"), f"{ALICE.public.text} alice"),
        (("statement", "contents"), None),
        (("statement", "contents"), {**CONTENTS.plain(), "more": 1}),
        (("statement", "contents"), {**CONTENTS.plain(), "flags": "t: odd"}),
        (("statement",), []),
        (("signature",), 5),
        (("more",), "x"),
    ],
)
def test_what_says_more_or_less_than_is_signed_is_no_statement(where, value):
    plain = copy.deepcopy(word(ALICE).plain())
    node = plain
    for key in where[:-1]:
        node = node[key]
    node[where[-1]] = value
    with pytest.raises(ValueError, match="is no signed statement"):
        signed_from(plain)


@pytest.mark.parametrize("plain", [{}, {"statement": {}}, [], None, "x"])
def test_what_is_nothing_is_no_statement(plain):
    with pytest.raises(ValueError, match="is no signed statement"):
        signed_from(plain)
