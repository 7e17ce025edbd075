"""A released folder checked anywhere, without its run: `evomerge verify` as a function.

Signatures are checked against the keys that the folder names itself, so alone they prove that who
made it could sign for those keys, and no more. Whose keys those are says who verifies: keys that
are given must have signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evomerge.approval.approvals_file import card_section, read_approvals
from evomerge.approval.contents import Contents, contents_of
from evomerge.approval.proof import PROMOTED, Proof, read_proof
from evomerge.approval.recipe_check import facts_of, recipe_damage
from evomerge.approval.signatures import Signatures, signatures_on
from evomerge.approval.statement import SignedStatement, SignerDecision
from evomerge.approval.whole import damage, unlisted
from evomerge.errors import EvomergeError
from evomerge.reading.manifest import APPROVALS_FILE, CARD, PROOF_FILE, Manifest
from evomerge.recipe.public_key import PublicKey


@dataclass(frozen=True)
class Verification:
    """What was found of a folder."""

    folder: Path
    problems: tuple[str, ...]
    """What is wrong, each with the name of what it is wrong with."""
    weights_sha256: str | None = None
    verdict: str | None = None
    """The outcome that it names; None of a merge that was not searched for."""
    approvals: tuple[SignedStatement, ...] = ()
    """Genuine, by the recipe's keys, for this model."""
    needs: int = 0
    """How many its recipe asks for."""
    trusted: tuple[PublicKey, ...] = ()
    """Keys that were given, and have approved it."""
    unlisted: tuple[str, ...] = ()
    """Files that no hash covers, and that decide nothing."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(folder: str | Path, keys: Sequence[PublicKey] = ()) -> Verification:
    """Check a released folder: its files and tensors, recipe, verdict and signatures.

    Args:
        keys: that must have approved it, all of them. Without, the folder's own recipe says whose
            signatures count.
    """
    path = Path(folder)
    if problems := damage(path):
        return Verification(path, tuple(problems))
    manifest = Manifest.of(path)
    assert manifest is not None
    try:
        check = _signed if (path / PROOF_FILE).exists() else _unsigned
        found = check(manifest, keys)
    except EvomergeError as error:
        found = Verification(path, (str(error),), manifest.weights_sha256)
    return replace(found, unlisted=tuple(unlisted(path)))


def _unsigned(manifest: Manifest, keys: Sequence[PublicKey]) -> Verification:
    """What is found of a folder whose recipe asks for no signature."""
    path = manifest.folder
    problems = [*recipe_damage(path, None)]
    if (path / APPROVALS_FILE).exists():
        problems.append(f"{APPROVALS_FILE} is there, and no {PROOF_FILE} that asks for it")
    for key in keys:
        problems.append(f"{PROOF_FILE} is not there, so {key.label} has approved nothing")
    verdict = facts_of(path).get("verdict")
    return Verification(path, tuple(problems), manifest.weights_sha256, verdict)


def _signed(manifest: Manifest, keys: Sequence[PublicKey]) -> Verification:
    """What is found of a folder whose recipe asks for signatures."""
    path = manifest.folder
    proof = read_proof(path)
    said = read_approvals(path) if (path / APPROVALS_FILE).exists() else []
    contents = contents_of(path, card_section(said))
    signatures = signatures_on(proof.settings, contents, said)
    problems = [
        *recipe_damage(path, proof.recipe_digest),
        *_of_proof(proof, manifest),
        *_of_statements(path, contents, said, signatures),
        *_of_keys(keys, signatures),
    ]
    approved = [one.statement.key for one in signatures.approved]
    return Verification(
        path,
        tuple(problems),
        manifest.weights_sha256,
        proof.outcome,
        signatures.approved,
        proof.settings.count,
        tuple(key for key in keys if key in approved),
    )


def _of_proof(proof: Proof, manifest: Manifest) -> Iterator[str]:
    if proof.weights_sha256 != manifest.weights_sha256:
        yield f"{PROOF_FILE}: its verdict is of other weights ({proof.weights_sha256})"
    if proof.outcome != PROMOTED:
        yield f"{PROOF_FILE}: the sealed items refused the model"


def _of_statements(
    path: Path,
    contents: Contents,
    said: Sequence[SignedStatement],
    signatures: Signatures,
) -> Iterator[str]:
    """What is wrong with each signature, and with all of them together."""
    settings = signatures.settings
    if not (path / APPROVALS_FILE).exists():
        yield f"{APPROVALS_FILE} is not there, and its recipe asks for {settings.count}"
        return
    for one in said:
        statement = one.statement
        who = f"{APPROVALS_FILE}: {statement.key.fingerprint}"
        if statement.key not in settings.keys:
            yield f"{who} is none of the recipe's keys"
        elif not one.is_genuine:
            yield f"{who}: the signature is forged, or what it stands below has changed"
        elif what := contents.difference(statement.contents):
            yield f"{who} has signed for a model with other {what}"
        elif statement.decision is SignerDecision.REJECTED:
            yield f"{who} has rejected it"
    if signatures.missing:
        yield (
            f"{APPROVALS_FILE}: holds {len(signatures.approved)} approvals that count, and the "
            f"recipe asks for {settings.count}"
        )
    if not (path / CARD).read_bytes().endswith(card_section(said).encode()):
        yield f"{CARD}: does not end with the signatures of {APPROVALS_FILE}"


def _of_keys(keys: Sequence[PublicKey], signatures: Signatures) -> Iterator[str]:
    """Which of the keys that were given have not approved it."""
    approved = {one.statement.key for one in signatures.approved}
    for key in keys:
        if key not in signatures.settings.keys:
            yield f"{key.label} is none of the keys that its recipe asks for"
        elif key not in approved:
            yield f"{key.label} has not approved it"
