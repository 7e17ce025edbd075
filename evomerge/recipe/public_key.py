"""A signer's public key as OpenSSH writes it: `ssh-ed25519 AAAA… comment`."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

KIND = "ssh-ed25519"
KEY_BYTES = 32
LONGEST = 1000
"""Characters of a key with its comment; a key alone has 80."""
_HOW = f"write the line of the signer's .pub file: {KIND} AAAA…"


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 public key. The comment behind it is no part of which key it is."""

    raw: bytes
    """32 bytes."""
    comment: str = field(default="", compare=False)
    """For people: mostly whose key it is. Nobody vouches for it."""

    @property
    def text(self) -> str:
        """As OpenSSH writes it, without the comment."""
        return f"{KIND} {base64.b64encode(_blob(self.raw)).decode()}"

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -l` shows it."""
        digest = hashlib.sha256(_blob(self.raw)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")

    @property
    def label(self) -> str:
        """The fingerprint, and whose it is said to be."""
        return f"{self.fingerprint} ({self.comment})" if self.comment else self.fingerprint


def public_key(text: str) -> PublicKey:
    """The key that a line names.

    Raises:
        ValueError: it names none, or one of another kind. What stands there is not repeated, as it
            may be a private key.
    """
    if "PRIVATE KEY" in text:
        raise ValueError(f"is a private key, which belongs in no file but its own; {_HOW}")
    kind, _, rest = text.strip().partition(" ")
    encoded, _, comment = rest.strip().partition(" ")
    if len(text) > LONGEST or kind != KIND or not encoded or "\n" in text.strip():
        raise ValueError(f"is no public key of the kind {KIND}; {_HOW}")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"is not a whole public key; {_HOW}") from None
    raw = blob[-KEY_BYTES:]
    if blob != _blob(raw) or base64.b64encode(blob).decode() != encoded:
        raise ValueError(f"is not a whole public key; {_HOW}")
    return PublicKey(raw, comment.strip())


def _blob(raw: bytes) -> bytes:
    """What OpenSSH encodes: the kind and the key, each behind its length."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in (KIND.encode(), raw))
