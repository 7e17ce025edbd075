"""What was found of a released folder, in words and as JSON values."""

from __future__ import annotations

from typing import Any

from evomerge.approval.verification import Verification


def describe(found: Verification) -> list[str]:
    """What holds of a folder in which nothing is wrong, and on whose word; a sentence each."""
    if not found.is_whole:
        return []
    lines = [
        f"{found.folder}: every file and tensor is what it was when it was written; weights "
        f"{found.weights_sha256}",
        "verdict: none; it is a merge that was not searched for"
        if found.verdict is None
        else f"verdict: {found.verdict}",
    ]
    for one in found.approvals:
        said = one.statement
        lines.append(f"approved by {said.key.fingerprint} at {said.time}: {said.note}")
    lines.append(_trust(found))
    lines += [f"{name}: is covered by no hash, and decides nothing" for name in found.unlisted]
    return lines


def _trust(found: Verification) -> str:
    """On whose word all of it rests."""
    if found.trusted:
        return f"trusted: the keys that you gave ({', '.join(k.label for k in found.trusted)})"
    if found.approvals:
        return (
            "trusted: nobody but the folder, whose own recipe names these keys; give --key with "
            "the public key of someone whom you trust"
        )
    return "trusted: nobody but the folder; nobody signed it, as its recipe asks for no signature"


def verification_to_json(found: Verification) -> dict[str, Any]:
    """As JSON values."""
    return {
        "folder": str(found.folder),
        "whole": found.is_whole,
        "problems": [*found.problems],
        "weights_sha256": found.weights_sha256,
        "verdict": found.verdict,
        "approvals": [one.plain() for one in found.approvals],
        "needs": found.needs,
        "trusted": [key.text for key in found.trusted],
        "trust": _trust(found) if found.is_whole else None,
        "unlisted": [*found.unlisted],
    }
