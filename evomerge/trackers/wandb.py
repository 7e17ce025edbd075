"""Weights & Biases as a tracker; the one file that knows it.

It is sent runs as `wandb login` and WANDB_MODE say, and keeps its files in the run's folder.
"""

from __future__ import annotations

from evomerge.errors import UserError
from evomerge.report.view import RunState
from evomerge.trackers.kind import TrackerKind
from evomerge.trackers.tracker import PROJECT, TrackedEnd, TrackedPoint, TrackedRun

UPLOAD_S = 6.0
"""How long it may go on sending at the end, even when the process exits: a run that is stopped ends
within ten seconds. What is not sent by then lies in the run's folder, for `wandb sync`."""


class WandbTracker:
    """A run of wandb's by the run's id; steps that it has already it takes no second time."""

    def __init__(self) -> None:
        import wandb

        self._wandb = wandb

    def begin(self, run: TrackedRun) -> None:
        """Begin the run or go on with it, with the recipe as its config.

        Nothing is sent but what it is told: no code, no command line, no list of packages, nothing
        that the process prints.
        """
        wandb = self._wandb
        # It would ask for a key in the terminal in which the run is shown.
        if wandb.setup().settings.mode == "online" and not wandb.login(prompt=False):
            raise UserError("it has no key: `wandb login` takes one; WANDB_MODE=offline needs none")
        self._run = wandb.init(
            project=PROJECT,
            name=run.name,
            id=run.id,
            resume="allow",
            dir=str(run.folder),
            config=dict(run.recipe),
            settings=wandb.Settings(
                silent=True,
                console="off",
                disable_git=True,
                disable_code=True,
                x_disable_meta=True,
                x_disable_stats=True,
                x_save_requirements=False,
                finish_timeout=UPLOAD_S,
            ),
        )

    def take(self, point: TrackedPoint) -> None:
        """Log the numbers."""
        self._run.log(dict(point.values), step=point.step)

    def end(self, end: TrackedEnd) -> None:
        """Set the words in the summary, and wait until all is sent or stored."""
        self._run.summary.update({f"verdict/{name}": word for name, word in end.words.items()})
        self._run.finish(exit_code=int(end.state is RunState.FAILED))


WANDB = TrackerKind("wandb", WandbTracker)
