"""A signer's word on a tested model: the `approve` and `reject` commands as one function."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from evomerge.approval.keys import SigningKey
from evomerge.approval.passage import Passage, passage_of
from evomerge.approval.statement import LONGEST_NOTE, SignerDecision, Statement, signed
from evomerge.errors import RunFolderError, UserError
from evomerge.ledger import WinnerSigned
from evomerge.report.reader import view_of
from evomerge.report.view import RunState
from evomerge.run.approving.letting_out import check_waiting, settle
from evomerge.run.folder.folder import RunFolder


def decide(
    run_dir: str | Path,
    key: SigningKey,
    decision: SignerDecision,
    note: str,
    *,
    finalist: int = 0,
    clock: Callable[[], float] = time.time,
) -> Passage:
    """Sign that a model in quarantine may leave it, or may not; it leaves when all have signed.

    Done again after it was killed, it comes to the same end. A signer's last word counts.

    Args:
        run_dir: the run's folder.
        key: the signer's.
        note: why, in the signer's words; it stands in the released model's card.
        finalist: which tested model, by its place by validation; 0 is the winner.
        clock: seconds since 1970.

    Returns:
        How the model stands then.

    Raises:
        RunFolderError: the run is not finished, or what lies in quarantine is not what was tested.
        UserError: nobody must sign, or not with this key; the model has left; a gate holds it.
    """
    note = _note(note)
    path = Path(run_dir)
    _require_finished(path)
    with RunFolder(path) as folder:
        _require_signer(_passage(folder, finalist), key, path)
        settle(folder)  # what a killed process has left half done
        _sign(folder, _passage(folder, finalist), key, decision, note, clock)
        settle(folder)
        return _passage(folder, finalist)


def _sign(
    folder: RunFolder,
    passage: Passage,
    key: SigningKey,
    decision: SignerDecision,
    note: str,
    clock: Callable[[], float],
) -> None:
    """Record a signer's word, unless it is their last one already."""
    if passage.is_out:
        _require_said(passage, key, decision, folder.path)
        return
    if decision is SignerDecision.APPROVED and passage.held:
        raise UserError(
            f"{folder.path}: cannot be approved, as {'; '.join(passage.held)}; no signature stands "
            "in for that"
        )
    check_waiting(folder, passage, folder.quarantined(passage.finalist))
    if not _has_said(passage, key, decision):
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(clock()))
        said = Statement(passage.contents, decision, note, key.public, when)
        plain = signed(said, key).plain()
        folder.ledger.record(WinnerSigned(plain["statement"], plain["signature"]))


def _note(note: str) -> str:
    """The note, if it is one.

    Raises:
        UserError: it is empty, too long, or no text.
    """
    note = note.strip()
    if not 0 < len(note) <= LONGEST_NOTE:
        raise UserError(f"--note: say why, in 1 to {LONGEST_NOTE} characters; this has {len(note)}")
    try:
        note.encode()
    except UnicodeEncodeError:
        raise UserError("the note is not UTF-8 text") from None
    return note


def _require_finished(path: Path) -> None:
    """Check that a run has come to its end, before its folder is opened for writing."""
    view = view_of(path)
    if view.state is RunState.RUNNING:
        raise RunFolderError(f"{path}: a process goes on with it; sign when that has ended")
    if view.release is None:
        raise RunFolderError(
            f"{path}: is not finished, so nothing waits to be signed; go on with: evomerge resume "
            f"{path}"
        )


def _passage(folder: RunFolder, finalist: int) -> Passage:
    passage = passage_of(folder.ledger.events(), finalist)
    if passage is None:
        what = f"finalist {finalist}" if finalist else "its winner"
        raise UserError(
            f"{folder.path}: {what} waits for no signature; a recipe asks for them with evolve: "
            "{approval: {by: [KEYS]}}, and a finalist is there once `evomerge promote` has tested "
            "it"
        )
    return passage


def _require_signer(passage: Passage, key: SigningKey, path: Path) -> None:
    keys = passage.signatures.settings.keys
    if key.public not in keys:
        signers = ", ".join(one.label for one in keys)
        raise UserError(
            f"{path}: the key {key.public.fingerprint} is none of its recipe's ({signers}); sign "
            "with one of them"
        )


def _require_said(passage: Passage, key: SigningKey, decision: SignerDecision, path: Path) -> None:
    """Of a model that is out, who has approved it may say so again, and nothing else is said."""
    if not _has_said(passage, key, decision):
        raise UserError(
            f"{path}: the model has left quarantine, and nothing signed now would change that; "
            "what was released can be taken away by hand alone"
        )


def _has_said(passage: Passage, key: SigningKey, decision: SignerDecision) -> bool:
    said = (*passage.signatures.approved, *passage.signatures.rejected)
    return any(
        one.statement.key == key.public and one.statement.decision is decision for one in said
    )
