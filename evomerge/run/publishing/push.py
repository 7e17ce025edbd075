"""A run's winner pushed to the Hub: the `push` command as a function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evomerge import __version__
from evomerge.licences.combining import combine
from evomerge.run.publishing.hub import Pushed, require_repo, upload
from evomerge.run.publishing.shipment import shipment_of
from evomerge.weights.parents.card import read_card


def push(
    run_dir: str | Path,
    repo: str,
    *,
    private: bool = False,
    refused: bool = False,
    revision: str | None = None,
    tell: Callable[[str], None] | None = None,
) -> Pushed:
    """Upload a finished run's winner to the Hub, with its card, recipe, lineage and report.

    Args:
        run_dir: the run's folder.
        repo: `owner/name`; made if need be.
        private: whether the repository must be private.
        refused: whether a winner may be pushed that the sealed items have refused.
        revision: the branch; by default the main one.
        tell: is given what is uploaded, and what a user should know, sentence by sentence.

    Raises:
        UserError: the run is not finished, its winner is refused or not what was released, or the
            Hub may not be asked; nothing was uploaded.
        EvomergeError: the Hub cannot be reached.
    """
    require_repo(repo)
    shipment = shipment_of(Path(run_dir), refused=refused)
    if tell is not None:
        if caution := _misnamed(repo, shipment.winner):
            tell(caution)
        for name, file in shipment.files.items():
            tell(f"uploading {name} ({file.stat().st_size:,} bytes)")
    message = f"A winner that was {shipment.outcome}, by evomerge {__version__}"
    return upload(shipment.files, repo, message, private=private, revision=revision)


def _misnamed(repo: str, winner: Path) -> str:
    """Why the repository's name may not be allowed; "" where nothing is known against it."""
    prefix = combine(read_card(str(winner)).licences).model_name
    if not prefix or repo.rpartition("/")[2].startswith(prefix):
        return ""
    return f"caution: licence: the model's name must begin with {prefix!r}; this one is {repo}"
