"""How a tested model stands in quarantine, in words and as JSON values."""

from __future__ import annotations

from typing import Any

from evomerge.approval.passage import Passage
from evomerge.approval.statement import SignedStatement
from evomerge.report.view import View

HELD = "held"
"""Of a model that gates hold in quarantine, in a word."""


def describe_passage(passage: Passage, run_dir: object = "RUN_DIR") -> list[str]:
    """Where a model is, who has signed, and what is to be done; a sentence each.

    Args:
        run_dir: the run's folder, as a command names it.
    """
    signatures, number = passage.signatures, passage.finalist
    which = f" --finalist {number}" if number else ""
    who = f"finalist {number}" if number else "the winner"
    said = [describe_signature(one) for one in (*signatures.approved, *signatures.rejected)]
    if passage.is_out:
        return [f"{who} has left quarantine", *said]
    if passage.held:
        return [f"{who} stays in quarantine: {'; '.join(passage.held)}", *said]
    if signatures.rejected:
        return [f"{who} stays in quarantine: it is rejected", *said]
    do = f"evomerge approve {run_dir}{which} --key FILE --note TEXT"
    if passage.may_leave:
        return [f"{who} is approved, and leaves quarantine with: evomerge resume {run_dir}", *said]
    many = "1 signature" if signatures.missing == 1 else f"{signatures.missing} signatures"
    names = ", ".join(key.label for key in signatures.waits_for)
    return [f"{who} is in quarantine: waits for {many} ({names}); run: {do}", *said]


def describe_quarantine(view: View, run_dir: object = "RUN_DIR") -> list[str]:
    """How all tested models of a run stand in quarantine, a sentence each."""
    if view.passages:
        return [line for one in view.passages for line in describe_passage(one, run_dir)]
    return [describe_refused(run_dir)] if 0 in view.quarantined else []


def describe_refused(run_dir: object) -> str:
    """Where a model is that gates refuse, and that nobody must sign, in a sentence."""
    return (
        "it stays in quarantine, as the sealed items refuse it; all the same it is uploaded by: "
        f"evomerge push {run_dir} REPO --refused"
    )


def describe_signature(one: SignedStatement) -> str:
    """A signer's word, in a sentence."""
    said = one.statement
    return f"{said.decision} by {said.key.fingerprint} at {said.time}: {said.note}"


def passage_to_json(passage: Passage) -> dict[str, Any]:
    """A model's way through quarantine as JSON values."""
    signatures = passage.signatures
    return {
        "finalist": passage.finalist,
        "state": state_of(passage),
        "held": [*passage.held],
        "needs": signatures.settings.count,
        "missing": signatures.missing,
        "signers": [
            {"key": key.text, "fingerprint": key.fingerprint, "name": key.comment}
            for key in signatures.settings.keys
        ],
        "signed": [one.plain() for one in (*signatures.approved, *signatures.rejected)],
        "contents": passage.contents.plain(),
    }


def state_of(passage: Passage) -> str:
    """In a word: `released`, `held`, `rejected`, `approved` or `waiting`."""
    if passage.is_out:
        return "released"
    if passage.held:
        return HELD
    if passage.signatures.rejected:
        return "rejected"
    return "approved" if passage.may_leave else "waiting"
