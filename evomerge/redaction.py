"""Secrets kept out of what is said and written: keys that are in use, and what looks like one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

HIDDEN = "***"
SHORTEST = 4
"""Characters of a secret that is looked for: a shorter one stands in every other word."""
SHORTEST_NAMED = 8
"""Of a variable that only its name makes a secret."""
VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "RAY_AUTH_TOKEN")
"""What libraries below read their own tokens from."""

_NAMED = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH", re.I)
"""In the name of a variable that holds a secret, as OPENAI_API_KEY or AWS_SECRET_ACCESS_KEY."""
_NAMED_OTHERWISE = re.compile(r"(?:PATH|FILE|FILES|DIR|SOCK|MODE|TYPE|NAME|TIMEOUT)$", re.I)
"""At the end of one that says where a secret is, or how long it is good for."""

_USER = re.compile(r"(?<=://)(?:[^\s/@:'\"]*:[^\s'\"]*(?=@)|[^\s/@'\"]+(?=@))")
_QUERY = re.compile(
    r"(?<=[?&])([\w.-]*(?:key|token|secret|password|signature|credential)=)[^\s&#'\"]+", re.I
)
_HEADER = re.compile(
    r"((?:authorization|x-[\w-]*(?:key|token)|api-key)['\"]?\s*[:=]\s*(?:b(?=['\"]))?['\"]?"
    r"(?:(?:bearer|basic|token)\s+)?)[^\s'\",;}]+",
    re.I,
)
_BEARER = re.compile(r"\b(bearer\s+)[\w.~+/=-]{8,}", re.I)
_TOKEN = re.compile(
    r"\b(?:hf_[A-Za-z0-9]{16,}|sk-[\w-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}"
    r"|xox[abprs]-[\w-]{10,}|A[KS]IA[0-9A-Z]{16}|AIza[\w-]{30,}|glpat-[\w-]{16,}"
    r"|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+)"
)
"""As they are given out by the Hub, by OpenAI and those like it, GitHub, Slack, AWS, Google."""

_in_use: set[str] = set()


def keep_secret(value: str) -> str:
    """Have a value hidden from now on in all that this process says; the value."""
    _in_use.add(value)
    return value


def without_secrets(text: str) -> str:
    """A text in which keys, and names and passwords of addresses, are `***`."""
    for secret in sorted({*_in_use, *_of_environment()}, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    text = _HEADER.sub(rf"\1{HIDDEN}", _QUERY.sub(rf"\1{HIDDEN}", _USER.sub(HIDDEN, text)))
    return _TOKEN.sub(HIDDEN, _BEARER.sub(rf"\1{HIDDEN}", text))


def _of_environment() -> Iterator[str]:
    for name, value in os.environ.items():
        is_secret = _NAMED.search(name) and not _NAMED_OTHERWISE.search(name)
        if name in VARIABLES or (is_secret and len(value) >= SHORTEST_NAMED):
            yield value
