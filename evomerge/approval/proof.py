"""proof.json: what a winner that must be signed carries of its run, beside its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evomerge.approval.canonical import canonical_sha256
from evomerge.errors import ParentError
from evomerge.reading import file_kind
from evomerge.reading.json_text import read_object
from evomerge.reading.manifest import PROOF_FILE
from evomerge.recipe.approval import ApprovalSettings

SCHEMA = "evomerge proof 1"
PROMOTED = "promoted"


@dataclass(frozen=True)
class Proof:
    """What a run says of its winner."""

    weights_sha256: str
    recipe_digest: str
    run_digest: str
    settings: ApprovalSettings
    """Who must sign."""
    verdict: Mapping[str, Any]
    """As JSON values, without places on the machine of the run."""

    @property
    def verdict_sha256(self) -> str:
        """Names the verdict."""
        return canonical_sha256(self.verdict)

    @property
    def outcome(self) -> str:
        """The verdict in a word."""
        return str(self.verdict.get("verdict"))

    @property
    def flags(self) -> tuple[str, ...]:
        """What someone should look at before the winner is believed, a sentence each."""
        return tuple(str(flag["sentence"]) for flag in self.verdict.get("flags", ()))


def proof_to_json(
    verdict: Mapping[str, Any], recipe_digest: str, run_digest: str, settings: ApprovalSettings
) -> dict[str, Any]:
    """What is written as proof.json, but for the hash of the weights, which is not known yet."""
    return {
        "schema": SCHEMA,
        "recipe_digest": recipe_digest,
        "run_digest": run_digest,
        "approval": settings.model_dump(mode="json", exclude_defaults=True),
        "verdict": portable(verdict),
    }


def portable(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """A verdict as JSON values, without the places of registry and runs on the user's machine."""
    opening = {**verdict["opening"], "registry": None}
    opening["looks"] = {**opening["looks"], "where": []}
    return {**verdict, "opening": opening}


def read_proof(folder: Path) -> Proof:
    """What the folder of a winner carries.

    Raises:
        ParentError: there is nothing, or it cannot be read.
    """
    file = folder / PROOF_FILE
    said = read_object(file, file_kind.PROOF)
    if said.get("schema") != SCHEMA:
        raise ParentError(f"{file}: is not of the schema {SCHEMA!r}; use the version that made it")
    try:
        proof = Proof(
            str(said["weights_sha256"]),
            str(said["recipe_digest"]),
            str(said["run_digest"]),
            ApprovalSettings.model_validate(said["approval"]),
            dict(said["verdict"]),
        )
        _ = proof.flags  # they are read where nothing is caught
    except (KeyError, TypeError, ValueError, ValidationError, AttributeError):
        raise ParentError(f"{file}: is no proof; get the folder again") from None
    return proof
