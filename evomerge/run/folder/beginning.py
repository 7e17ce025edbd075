"""A run's beginning on record, and a session's: what goes on must be what began."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evomerge.engine.request import prompt_hash
from evomerge.errors import RunFolderError
from evomerge.ledger import SEEN, Forced, Ledger, Registry, RunBegan, SessionBegan, Split, Upgraded
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.folder.difference import ListedItem, changed_items
from evomerge.run.folder.environment import changes
from evomerge.run.folder.folder import RunFolder
from evomerge.run.folder.identity import Identity
from evomerge.run.folder.options import Options
from evomerge.run.folder.yardstick import yardstick_of
from evomerge.run.preparation.preflight import Prepared

EARLIER = "it was made by an earlier version of evomerge, which scored otherwise"


def begin(
    folder: RunFolder,
    prepared: Prepared,
    identity: Identity,
    registry: Registry,
    *,
    force: bool = False,
) -> None:
    """Record what the run is, here and in the registry, or check that it is the run recorded.

    Args:
        force: whether to go on where what judges or computes has changed, which is recorded.

    Raises:
        RunFolderError: the folder belongs to another recipe, or what it draws on has changed.
    """
    if facts := folder.ledger.facts():
        known = Identity.recorded(facts, identity)
        if difference := EARLIER if known is None else known.difference(identity):
            if known is not None and known.can_be_forced(identity):
                if force:
                    folder.ledger.record(Forced((difference,)))
                    return
                hint = ", or go on with --force, which is recorded"
            elif known is not None and facts["digest"] != identity.digest:
                hint = _hint(folder, known, identity)
            else:
                hint = ""
                (began,) = folder.ledger.all_of(RunBegan)
                if items := changed_items(began.items, _listed(prepared)):
                    difference += f": {items}"
            raise RunFolderError(
                f"{folder.path}: belongs to another run ({difference}); name a new folder{hint}"
            )
        return
    benchmark, where = prepared.benchmark, str(folder.path)
    registry.note_run(prepared.run_digest, where, benchmark.ids(*SEEN), benchmark.ids(Split.TEST))
    began = RunBegan(identity.plain(), tuple(_listed(prepared)), yardstick_of(prepared))
    folder.ledger.record(began)


def _listed(prepared: Prepared) -> list[ListedItem]:
    """All items, as they stand on record."""
    return [
        (item.task, item.id, item.doc_id, split.value, prompt_hash([item.requests]))
        for term in prepared.benchmark.terms
        for split in Split
        for item in term.items[split]
    ]


def begin_session(ledger: Ledger, session: SessionBegan, *, force: bool) -> list[str]:
    """Record a session, if what it computes with is what the run was scored with so far.

    Args:
        force: whether to go on where it is not, which is recorded.

    Returns:
        What has changed that decides no score, and is to be told.

    Raises:
        RunFolderError: something has changed that does.
    """
    deciding, told = changes(_known(ledger), session.environment)
    if deciding and not force:
        raise RunFolderError(
            f"{'; '.join(deciding)}. Scores of the two cannot stand side by side: resume with what "
            "the run was scored with, or with --force, which is recorded"
        )
    ledger.record(session, *([Forced(tuple(deciding))] if deciding else []))
    return [f"since the last session {one}" for one in told]


def begun_with(run_dir: Path) -> tuple[Recipe, Options]:
    """The recipe and the options that a run was begun with.

    Raises:
        RunFolderError: the folder holds no run that has begun.
    """
    with Ledger(run_dir) as ledger:
        facts = ledger.facts()
    if not facts:
        raise RunFolderError(
            f"{run_dir}: the run has not begun; begin it with: evomerge run RECIPE --run-dir "
            f"{run_dir}"
        )
    return recipe_from(facts["recipe"]), Options.from_plain(facts["options"])


def _known(ledger: Ledger) -> Mapping[str, str]:
    """What the last session computed with; of a run of an earlier version, who made it too."""
    sessions = ledger.all_of(SessionBegan)
    known = sessions[-1].environment if sessions else {}
    made_by = [upgraded.made_by for upgraded in ledger.all_of(Upgraded)]
    return {**({"evomerge": made_by[-1]} if made_by else {}), **known}


def _hint(folder: RunFolder, known: Identity | None, now: Identity) -> str:
    """What to do instead where two runs differ in their budgets alone."""
    if known is None or not known.differs_in_budget_alone(now):
        return ""
    return f", or raise its budget: evomerge resume {folder.path} --evaluations …"
