"""What a signature is for: one tested model, with all that lies beside it in quarantine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from evomerge.approval.canonical import canonical_sha256
from evomerge.approval.proof import Proof, read_proof
from evomerge.errors import ParentError
from evomerge.reading import file_kind
from evomerge.reading.manifest import APPROVALS_FILE, CARD, MANIFEST_FILE, Manifest
from evomerge.reading.regular import read_bytes


@dataclass(frozen=True)
class Contents:
    """A tested model by all that a signer vouches for; hashes are sha256."""

    weights_sha256: str
    recipe_digest: str
    """Names the recipe that made the weights."""
    run_digest: str
    """Names the search: recipe, seed, parents, and who must sign."""
    verdict_sha256: str
    card_sha256: str
    """Of the model card as it is in quarantine."""
    folder_sha256: str
    """Over the hashes of all files and tensors, as they are in quarantine."""
    flags: tuple[str, ...]
    """What the verdict says that someone should look at."""

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "flags": [*self.flags]}

    def difference(self, other: Contents) -> str:
        """The first thing in which two differ, in words; "" where they are one."""
        named = {
            "weights_sha256": "weights",
            "recipe_digest": "recipe",
            "run_digest": "run",
            "verdict_sha256": "verdict",
            "card_sha256": "model card",
            "flags": "flags",
            "folder_sha256": "files",
        }
        return next((w for n, w in named.items() if getattr(self, n) != getattr(other, n)), "")


_ADAPTER = TypeAdapter(Contents)


def contents_from(plain: Mapping[str, Any]) -> Contents:
    """The contents that JSON values stand for.

    Raises:
        ValueError: they stand for none.
    """
    try:
        return _ADAPTER.validate_python(plain)
    except ValidationError:
        raise ValueError("says not what was signed") from None


def contents_of(folder: Path, section: str = "") -> Contents:
    """What a folder holds, in quarantine or released: its manifest is believed, and no tensor read.

    Args:
        section: with which the card of a released model ends, and did not in quarantine.

    Raises:
        ParentError: it has no manifest, proof or card, or they cannot be read.
    """
    manifest = Manifest.of(folder)
    if manifest is None or manifest.weights_sha256 is None:
        raise ParentError(
            f"{folder}: has no {MANIFEST_FILE} that names its weights; name the whole folder of a "
            "winner, as RUN/winner"
        )
    card = read_bytes(folder / CARD, file_kind.CARD)
    card_sha256 = hashlib.sha256(card.removesuffix(section.encode())).hexdigest()
    return _subject(manifest, read_proof(folder), card_sha256)


def _subject(manifest: Manifest, proof: Proof, card_sha256: str) -> Contents:
    files = {name: sha256 for name, sha256 in manifest.files.items() if name != APPROVALS_FILE}
    holds = {
        "files": {**files, CARD: card_sha256},
        "tensors": {**manifest.tensors},
        "weights_sha256": manifest.weights_sha256,
    }
    return Contents(
        weights_sha256=manifest.weights_sha256 or "",
        recipe_digest=proof.recipe_digest,
        run_digest=proof.run_digest,
        verdict_sha256=proof.verdict_sha256,
        card_sha256=card_sha256,
        folder_sha256=canonical_sha256(holds),
        flags=proof.flags,
    )
