"""Secrets kept out of what is said and written: keys that are in use, and those in addresses."""

from __future__ import annotations

import os
import re

HIDDEN = "***"
SHORTEST = 4
"""Characters of a secret that is looked for: a shorter one stands in every other word."""
VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "RAY_AUTH_TOKEN")
"""What libraries below read their own tokens from."""

_USER = re.compile(r"(?<=://)[^\s/@]+(?=@)")
_QUERY = re.compile(r"(?<=[?&])([\w.-]*(?:key|token|secret|password|signature)=)[^\s&#'\"]+", re.I)

_in_use: set[str] = set()


def keep_secret(value: str) -> str:
    """Have a value hidden from now on in all that this process says; the value."""
    _in_use.add(value)
    return value


def without_secrets(text: str) -> str:
    """A text in which keys in use, and names, passwords and keys of addresses, are `***`."""
    known = {*_in_use, *(os.environ.get(name, "") for name in VARIABLES)}
    for secret in sorted(known, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    return _QUERY.sub(rf"\1{HIDDEN}", _USER.sub(HIDDEN, text))
