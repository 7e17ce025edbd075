"""Whether the folder of a released winner is still there, as it was written."""

from __future__ import annotations

from pathlib import Path

from evomerge.errors import ParentError, RunFolderError
from evomerge.reading.manifest import MANIFEST_FILE, Manifest, Unlike
from evomerge.report.view import View


def manifest_of_winner(run_dir: Path, winner: Path, finalist: int = 0) -> Manifest:
    """The manifest of a released model whose files are all there, each as long as it was.

    Args:
        winner: its folder.
        finalist: its place by validation.

    Raises:
        RunFolderError: one is gone, or has another size.
    """
    try:
        manifest = Manifest.of(winner)
        if manifest is None:
            raise RunFolderError(changed(run_dir, winner, finalist, f"no {MANIFEST_FILE} is there"))
        manifest.check_sizes()
    except ParentError as error:
        raise RunFolderError(changed(run_dir, winner, finalist, why(error))) from None
    return manifest


QUARANTINE = "quarantine"
"""The folder in a run's that tested models are written into, and leave when they have passed."""


def model_folder(run_dir: Path, view: View, finalist: int = 0) -> Path:
    """Where a tested model is: released, or in quarantine."""
    waits = finalist in view.quarantined
    return model_at(run_dir / QUARANTINE if waits else run_dir, finalist)


def model_at(home: Path, finalist: int) -> Path:
    """A model's place by its number among the finalists, of which 0 is the winner."""
    return home / "finalists" / str(finalist) if finalist else home / "winner"


def changed(run_dir: Path, winner: Path, finalist: int, what: str) -> str:
    """The sentence that tells that a released model is no longer what it was."""
    return (
        f"{winner}: is not what was released ({what}); `evomerge promote {run_dir} {finalist}` "
        "writes it anew"
    )


def why(error: ParentError) -> str:
    """What is wrong with the folder, without the cure for a model of somebody else's."""
    return error.what if isinstance(error, Unlike) else str(error)
