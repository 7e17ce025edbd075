"""People who sign in tests, with keys that are the same each time."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from evomerge.approval.contents import Contents
from evomerge.approval.keys import SigningKey
from evomerge.approval.statement import SignedStatement, SignerDecision, Statement, signed

_PRIVATE = {
    name: Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
    for number, name in enumerate(("alice", "bob", "eve"), start=1)
}
ALICE, BOB, EVE = (SigningKey(private, name) for name, private in _PRIVATE.items())
TIME = "2026-11-30T12:00:00Z"
CONTENTS = Contents("w" * 64, "d" * 64, "r" * 64, "v" * 64, "c" * 64, "f" * 64, ("t: odd",))


def line(key: SigningKey) -> str:
    """What stands in a .pub file."""
    return f"{key.public.text} {key.public.comment}"


def word(
    key: SigningKey,
    decision: SignerDecision = SignerDecision.APPROVED,
    contents: Contents = CONTENTS,
    note: str = "as it should be",
) -> SignedStatement:
    """What a signer says."""
    return signed(Statement(contents, decision, note, key.public, TIME), key)


def write_key(
    folder: Path, name: str, form: PrivateFormat = PrivateFormat.OpenSSH, password: str = ""
) -> Path:
    """A signer's private key in a file, and the public one beside it."""
    how = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    file = folder / name
    file.write_bytes(_PRIVATE[name].private_bytes(Encoding.PEM, form, how))
    key = {"alice": ALICE, "bob": BOB, "eve": EVE}[name]
    (folder / f"{name}.pub").write_text(line(key) + "\n")
    return file
