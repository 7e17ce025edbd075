"""A model moved out of quarantine, with its signatures beside it.

Killed anywhere, it is done again from the beginning and comes to the same end: the model stays in
quarantine, whole, until the one that is released has its name, and that is on record.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from evomerge.approval.approvals_file import approvals_text, card_section
from evomerge.approval.contents import contents_of
from evomerge.approval.passage import Passage, passages_of
from evomerge.approval.statement import SignedStatement
from evomerge.approval.whole import damage
from evomerge.disk import sync
from evomerge.errors import ParentError, RunFolderError
from evomerge.ledger import WinnerLetOut
from evomerge.reading import file_kind
from evomerge.reading.json_text import read_object
from evomerge.reading.manifest import APPROVALS_FILE, CARD, MANIFEST_FILE
from evomerge.reading.regular import read_bytes
from evomerge.report.winner import changed
from evomerge.run.folder.folder import RunFolder


def settle(folder: RunFolder) -> tuple[Passage, ...]:
    """Let out whatever may leave quarantine, and take away what has left it.

    Returns:
        How each tested model stands then.

    Raises:
        RunFolderError: what lies in quarantine is not what was tested.
    """
    for passage in passages_of(folder.ledger.events()):
        waiting = folder.quarantined(passage.finalist)
        if passage.may_leave and not passage.is_out:
            _let_out(folder, passage, waiting)
        if (passage.may_leave or passage.is_out) and waiting.exists():
            shutil.rmtree(waiting)
            sync(waiting.parent)
    return passages_of(folder.ledger.events())


def _let_out(folder: RunFolder, passage: Passage, waiting: Path) -> None:
    out = folder.released(passage.finalist)
    made = out.with_name(f".{out.name}.released")
    out.parent.mkdir(exist_ok=True)
    shutil.rmtree(made, ignore_errors=True)  # what a killed process may have left
    try:
        write_released(waiting, made, passage.signatures.approved)
    except (ParentError, FileNotFoundError) as error:
        shutil.rmtree(made, ignore_errors=True)
        what = changed(folder.path, waiting, passage.finalist, str(error))
        raise RunFolderError(what) from None
    check_waiting(folder, passage, made, card_section(passage.signatures.approved))
    folder.ledger.require_there()
    folder.release(made, out)
    folder.ledger.record(WinnerLetOut(passage.finalist, passage.contents.folder_sha256))


def check_waiting(folder: RunFolder, passage: Passage, model: Path, section: str = "") -> None:
    """Check that a model is what was tested, every byte of it.

    Args:
        model: its folder: in quarantine, or as it is to be released.
        section: with which its card ends if it is to be released.

    Raises:
        RunFolderError: it is not.
    """
    found = damage(model)
    try:
        if not found and (what := contents_of(model, section).difference(passage.contents)):
            found = [f"the {what} in it differ from those on record"]
    except ParentError as error:
        found = [str(error)]
    if found:
        waiting, number = folder.quarantined(passage.finalist), passage.finalist
        raise RunFolderError(changed(folder.path, waiting, number, "; ".join(found)))


def write_released(waiting: Path, made: Path, statements: Sequence[SignedStatement]) -> None:
    """Write a model's folder anew, with its signatures: what is large is linked, not copied.

    Args:
        waiting: where it lies in quarantine.
        made: the folder to make.
    """
    manifest = read_object(waiting / MANIFEST_FILE, file_kind.MANIFEST)
    card = read_bytes(waiting / CARD, file_kind.CARD) + card_section(statements).encode()
    new = {CARD: card, APPROVALS_FILE: approvals_text(statements).encode()}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in new.items()}
    sizes = {name: len(data) for name, data in new.items()}
    manifest["files"] = dict(sorted({**manifest["files"], **hashes}.items()))
    manifest["sizes"] = dict(sorted({**manifest["sizes"], **sizes}.items()))
    made.mkdir(mode=0o700)
    for name in {**manifest["files"], **manifest["sizes"]}:
        if name not in new:
            _link(waiting / name, made / name)
    _write(made, {**new, MANIFEST_FILE: json.dumps(manifest, indent=2).encode()})
    made.chmod(waiting.stat().st_mode & 0o777)
    sync(made)


def _link(file: Path, place: Path) -> None:
    """Give a file a second name; copy it where the file system has no such names."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, place)
    except OSError:
        shutil.copyfile(file, place)
        sync(place)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)
        sync(folder / name)
