"""How a model in quarantine stands, in words and as JSON values."""

import json
from dataclasses import replace

import pytest

from evomerge.approval.passage import Passage
from evomerge.approval.signatures import signatures_on
from evomerge.approval.statement import SignerDecision
from evomerge.recipe import ApprovalSettings
from evomerge.report.passages import (
    describe_passage,
    describe_quarantine,
    passage_to_json,
    state_of,
)
from evomerge.report.reading import read
from evomerge.report.status import view_to_json
from evomerge.report.view import RunState
from tests.approval.signers import ALICE, BOB, CONTENTS, line, word
from tests.approval.test_passage import OUT, WAITS, recorded
from tests.report.history import ENDED, PROVED, RECIPE, SEARCHED, records

BOTH = ApprovalSettings(by=(line(ALICE), line(BOB)))
NO = word(BOB, SignerDecision.REJECTED, note="too long-winded")


def passage(*said, number=0, **more):
    return Passage(number, CONTENTS, signatures_on(BOTH, CONTENTS, said), **more)


def test_a_refused_one_that_nobody_must_sign_says_how_it_is_uploaded():
    refused = replace(read(()), quarantined=frozenset({0}))
    (told,) = describe_quarantine(refused, "runs/a")
    assert told.startswith("it stays in quarantine")
    assert told.endswith("evomerge push runs/a REPO --refused")
    assert describe_quarantine(read(())) == []


@pytest.mark.parametrize(
    "stands, state, told",
    [
        (
            passage(),
            "waiting",
            f"the winner is in quarantine: waits for 2 signatures ({ALICE.public.label}, "
            f"{BOB.public.label}); run: evomerge approve runs/a --key FILE --note TEXT",
        ),
        (
            passage(word(ALICE), number=2),
            "waiting",
            f"finalist 2 is in quarantine: waits for 1 signature ({BOB.public.label}); run: "
            "evomerge approve runs/a --finalist 2 --key FILE --note TEXT",
        ),
        (passage(NO), "rejected", "the winner stays in quarantine: it is rejected"),
        (passage(held=("no",)), "held", "the winner stays in quarantine: no"),
        (
            passage(word(ALICE), word(BOB)),
            "approved",
            "the winner is approved, and leaves quarantine with: evomerge resume runs/a",
        ),
        (passage(word(ALICE), is_out=True), "released", "the winner has left quarantine"),
    ],
)
def test_what_it_waits_for_and_what_to_do(stands, state, told):
    assert describe_passage(stands, "runs/a")[0] == told
    assert state_of(stands) == passage_to_json(stands)["state"] == state


def test_who_has_signed_is_told_with_the_reason():
    lines = describe_passage(passage(word(ALICE), NO))
    assert lines[1:] == [
        f"approved by {ALICE.public.fingerprint} at 2026-11-30T12:00:00Z: as it should be",
        f"rejected by {BOB.public.fingerprint} at 2026-11-30T12:00:00Z: too long-winded",
    ]


def test_a_view_knows_it_and_status_shows_it():
    recipe = {**RECIPE, "evolve": {**RECIPE["evolve"], "approval": BOTH.model_dump(mode="json")}}
    began = type(SEARCHED[0])({"recipe": recipe})
    facts = [began, *SEARCHED[1:], *PROVED, ENDED[0], WAITS, recorded(word(ALICE))]
    view = read(records(facts))
    assert view.passage(0).signatures.missing == 1
    assert view.passage(1) is None
    (said,) = json.loads(json.dumps(view_to_json(view)))["quarantine"]
    assert (said["needs"], said["missing"], said["state"]) == (2, 1, "waiting")
    assert said["signed"] == [word(ALICE).plain()]
    assert said["signers"][1]["name"] == "bob"
    out = read(records([*facts, recorded(word(BOB)), OUT]))
    assert out.passage(0).is_out
    assert out.state is RunState.RUNNING  # as read() is told
    assert read(records(SEARCHED)).passages == ()
