"""A finished run, as its ledger has it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evomerge.approval.passage import quarantined_of
from evomerge.errors import ParentError, RunFolderError
from evomerge.ledger import Finished
from evomerge.reading.manifest import Unlike
from evomerge.report.budget import since_raised
from evomerge.report.verdict import Verdict
from evomerge.report.verdict_json import verdict_from_json
from evomerge.report.winner import QUARANTINE, changed, manifest_of_winner, model_at, why
from evomerge.report.wording import summary
from evomerge.run.folder.folder import RunFolder
from evomerge.weights import Checkpoint
from evomerge.weights.checkpoint.checked import check_folder, check_tensors


@dataclass(frozen=True, repr=False)
class Run:
    """A finished run."""

    folder: Path
    verdict: Verdict
    """What the sealed items say of its winner, or of the finalist that was tested after it."""
    weights_sha256: str
    in_quarantine: bool = False
    """Whether it waits there to be signed, or was refused and stays."""

    @property
    def winner(self) -> Path:
        """The model folder of the winner, or of the finalist that was tested after it."""
        home = self.folder / QUARANTINE if self.in_quarantine else self.folder
        return model_at(home, self.verdict.finalist)

    @property
    def promoted(self) -> bool:
        """Whether the winner beat its best parent on the sealed items."""
        return self.verdict.promoted

    def __repr__(self) -> str:
        return f"<Run {self.folder}: {summary(self.verdict)}>"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from evomerge.page.notebook import run_in_html  # what draws takes a second to be imported

        return run_in_html(self.folder, self.verdict, self.winner)


def check_released(run: Run) -> None:
    """Check that the winner's folder is what was released, every tensor of it.

    Raises:
        RunFolderError: it is gone, or something in it has changed.
    """
    number = run.verdict.finalist or 0
    manifest_of_winner(run.folder, run.winner, number)
    try:
        checkpoint = Checkpoint(run.winner)
        check_folder(checkpoint)
        check_tensors(checkpoint)
        found = checkpoint.content_hash
        if found != run.weights_sha256:
            raise Unlike(run.winner, f"its weights hash to {found}, not to {run.weights_sha256}")
    except ParentError as error:
        raise RunFolderError(changed(run.folder, run.winner, number, why(error))) from None


def finished_run(folder: RunFolder) -> Run | None:
    """What a run has come to; None where it goes on, or its budget was raised since.

    Raises:
        RunFolderError: an earlier version proved its winner, and said less of it.
    """
    events = folder.ledger.events()
    finished = [event for event in since_raised(events) if isinstance(event, Finished)]
    if not finished:
        return None
    verdict = verdict_from_json(finished[-1].promotion)
    if not isinstance(verdict, Verdict):
        raise RunFolderError(
            f"{folder.path}: an earlier version of evomerge proved its winner; `evomerge status` "
            "shows the verdict; run its recipe again in a new folder to go on from it"
        )
    return Run(folder.path, verdict, finished[-1].weights_sha256, 0 in quarantined_of(events))
