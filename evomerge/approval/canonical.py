"""JSON values as bytes, in one way: what is hashed and signed."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(plain: Any) -> bytes:
    """Keys in order, no spaces, ASCII alone."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()


def canonical_sha256(plain: Any) -> str:
    """Names JSON values."""
    return hashlib.sha256(canonical(plain)).hexdigest()
