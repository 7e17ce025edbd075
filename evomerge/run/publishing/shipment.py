"""What of a finished run is uploaded: its winner, as it was released, and the report of the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evomerge.errors import RunFolderError, UserError
from evomerge.reading.file_kind import BESIDE
from evomerge.reading.manifest import MANIFEST_FILE
from evomerge.reading.regular import present
from evomerge.report.passages import describe_passage
from evomerge.report.reader import view_of
from evomerge.report.verdict import Verdict
from evomerge.report.view import View
from evomerge.report.winner import manifest_of_winner
from evomerge.run.folder.finished import Run, check_released

REPORT_FILE = "report.html"


@dataclass(frozen=True)
class Shipment:
    """A winner that may be uploaded."""

    winner: Path
    """Its folder."""
    files: Mapping[str, Path]
    """Where each comes from, by its place in the repository, in name order."""
    outcome: str
    """Of the test on the sealed items, in a word."""


def shipment_of(run_dir: Path, *, refused: bool) -> Shipment:
    """The winner of a finished run, every tensor of which was compared with what was released.

    Args:
        refused: whether it may be one that the sealed items have refused.

    Raises:
        RunFolderError: the run is not finished, or its winner is no longer what was released.
        UserError: the winner is refused, and may not be; or it is in quarantine.
    """
    view = view_of(run_dir)
    run = _finished(run_dir, view)
    if (passage := view.passage(0)) is not None and not passage.is_out:
        raise UserError(f"{run_dir}: is not pushed: {describe_passage(passage, run_dir)[0]}")
    if not run.promoted and not refused:
        raise UserError(
            f"{run_dir}: its winner is refused ({'; '.join(run.verdict.reasons)}); --refused "
            "pushes it all the same, with a card that says so"
        )
    check_released(run)
    manifest = manifest_of_winner(run_dir, run.winner)
    names = sorted({MANIFEST_FILE, *manifest.files, *manifest.sizes})
    files = {name: run.winner / name for name in names}
    if (report := present(run_dir, REPORT_FILE, BESIDE)) is not None:
        files.setdefault(REPORT_FILE, report)
    return Shipment(run.winner, files, run.verdict.outcome)


def _finished(run_dir: Path, view: View) -> Run:
    if view.revision.is_running:
        raise RunFolderError(f"{run_dir}: a process goes on with it; push it when that has ended")
    if view.release is None:
        raise RunFolderError(
            f"{run_dir}: is not finished, so nothing is proved of its winner; go on with: evomerge "
            f"resume {run_dir}"
        )
    verdict = view.release.verdict
    if not isinstance(verdict, Verdict):
        raise RunFolderError(
            f"{run_dir}: an earlier version of evomerge proved its winner, and says less of it; "
            "run its recipe again to push what it comes to"
        )
    return Run(run_dir, verdict, view.release.weights_sha256, 0 in view.quarantined)
