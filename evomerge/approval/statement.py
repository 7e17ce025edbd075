"""What a signer says of a model in quarantine, and the signature below it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from evomerge.approval.canonical import canonical
from evomerge.approval.contents import Contents, contents_from
from evomerge.approval.keys import SigningKey, is_signed
from evomerge.recipe.public_key import PublicKey, public_key

SCHEMA = "evomerge approval 1"
"""Stands in what is signed, so that no signature of something else can be taken for one."""
LONGEST_NOTE = 2000


class SignerDecision(StrEnum):
    """What a signer says."""

    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Statement:
    """One signer's word on one model."""

    contents: Contents
    decision: SignerDecision
    note: str
    """Why, in the signer's words."""
    key: PublicKey
    time: str
    """When, in UTC, by the signer's clock: 2026-11-30T12:00:00Z."""

    def plain(self) -> dict[str, Any]:
        """As JSON values: what is signed, in canonical form."""
        return {
            "schema": SCHEMA,
            "contents": self.contents.plain(),
            "decision": self.decision.value,
            "note": self.note,
            "key": self.key.text,
            "time": self.time,
        }


@dataclass(frozen=True)
class SignedStatement:
    """A statement, with what is said to be its signature."""

    statement: Statement
    signature: str
    """In base64."""

    @property
    def is_genuine(self) -> bool:
        """Whether its key has signed it."""
        try:
            signature = base64.b64decode(self.signature, validate=True)
        except (binascii.Error, ValueError):
            return False
        return is_signed(self.statement.key, canonical(self.statement.plain()), signature)

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {"statement": self.statement.plain(), "signature": self.signature}


def signed(statement: Statement, key: SigningKey) -> SignedStatement:
    """A statement with its signature."""
    signature = key.sign(canonical(statement.plain()))
    return SignedStatement(statement, base64.b64encode(signature).decode())


def signed_from(plain: Mapping[str, Any]) -> SignedStatement:
    """The signed statement that JSON values stand for, whether or not it is genuine.

    Raises:
        ValueError: they stand for none, or say more than is signed.
    """
    try:
        said = plain["statement"]
        statement = Statement(
            contents_from(said["contents"]),
            SignerDecision(said["decision"]),
            said["note"],
            public_key(said["key"]),
            said["time"],
        )
        found = SignedStatement(statement, plain["signature"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError("is no signed statement") from None
    if found.plain() != plain or not all(
        isinstance(text, str) for text in (statement.note, statement.time, found.signature)
    ):
        raise ValueError("is no signed statement")
    return found
