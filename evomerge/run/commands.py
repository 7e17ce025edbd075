"""A run begun or resumed, and what it came to: the main job as a function."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evomerge.errors import RunFolderError
from evomerge.ledger import (
    NONE,
    Ledger,
    SessionBegan,
    Split,
    Watcher,
    registry_at,
)
from evomerge.recipe import Budget, Recipe, load_recipe, recipe_from
from evomerge.report.budget import budget_of
from evomerge.report.ending import ending_of
from evomerge.run.baselines.outlook import warn
from evomerge.run.evolution import Evolution
from evomerge.run.preparation.preflight import Prepared, prepare, require_genes
from evomerge.run.session.early_end import early_end_recorded
from evomerge.run.session.environment import environment
from evomerge.run.session.extension import extend, larger, limits_of
from evomerge.run.session.finished import Run, finished_run
from evomerge.run.session.folder import RunFolder
from evomerge.run.session.identity import begin, begin_session
from evomerge.run.session.interrupt import StopSignals
from evomerge.run.session.placement import given, workers_on
from evomerge.workers.protocol import Workers


def evolve(
    recipe: Recipe | str | Path,
    run_dir: str | Path,
    *,
    workers: int | Workers = 1,
    device: str | None = None,
    seed: int | None = None,
    include_paths: Sequence[str | Path] = (),
    allow_python: bool = False,
    accept_format: bool = False,
    anyway: bool = False,
    registry: str | Path | None = None,
    raised: Budget | None = None,
    force: bool = False,
    watch: Watcher | None = None,
) -> Run:
    """Find the best merge of a recipe with genes, prove it, and write it out.

    An unfinished run of the same recipe in the folder is resumed; a finished one is returned.

    Args:
        recipe: the recipe, or its file.
        run_dir: the run's folder; made if need be.
        workers: how many, of which 1 works in this process and more are Ray actors; or an object
            that follows :class:`evomerge.workers.protocol.Workers`. The winner is the same.
        device: "cpu" or "cuda"; by default that of the workers, or the GPU if there is one.
        seed: instead of the recipe's.
        include_paths: folders of lm-eval tasks, trusted to run code when they are loaded.
        allow_python: whether functions that the recipe names as judges may be run.
        accept_format: whether a gain of format alone is promoted.
        anyway: whether to search where no task that counts tells the parents apart.
        registry: the file in which openings of sealed items are counted over all runs; by default
            the user's, "none" for none.
        raised: limits of the budget that are raised, of a run that has begun.
        force: whether to go on with a run although versions have changed that decide its scores.
        watch: told every record, those of earlier sessions first.

    Raises:
        UserError: something in recipe or folder is wrong, and nothing has been written; or nothing
            can be learnt, as the parents' scores show.
        Stopped: a signal, or a full disk, ended the run early; it can be resumed.
    """
    if not isinstance(recipe, Recipe):
        recipe = load_recipe(recipe)
    if seed is not None and recipe.evolve is not None:
        plain = recipe.plain()
        plain["evolve"]["seed"] = seed
        recipe = recipe_from(plain, recipe.source)
    require_genes(recipe)
    folder, looks = RunFolder(Path(run_dir)), registry_at(registry)
    crew = workers_on(workers, device)
    where, paths = crew.device, [Path(path) for path in include_paths]
    prepared = prepare(recipe, paths, allow_python, where, crew.engine)
    options = {
        "workers": crew.rules.capacity,
        "device": where.type,
        "include_paths": [str(Path(path).resolve()) for path in include_paths],
        "allow_python": allow_python,
        "accept_format": accept_format,
        "anyway": anyway,
        "registry": NONE if looks.path is None else str(looks.path.resolve()),
    }
    with StopSignals() as signals, folder:
        begin(folder, prepared, options, looks, crew.engine.identity)
        ledger = folder.ledger
        before = budget_of(ledger.events(), prepared.evolve.budget)
        budget = before if raised is None else larger(before, raised)
        if budget == before and (finished := finished_run(folder)) is not None:
            return finished
        prepared = prepared.with_budget(budget)
        with early_end_recorded(folder, "evomerge resume"):
            if watch is not None:
                ledger.watch(watch)
            session = SessionBegan(before.model_dump(), _counts(prepared), environment(crew))
            told = begin_session(ledger, session, force=force)
            if budget != before:
                extend(ledger, budget, ending_of(ledger.events(), prepared.evolve.cycles - 1))
            warn(ledger, told)
            Evolution(
                prepared,
                folder,
                given(crew),
                where,
                signals.check,
                looks,
                accept_format=accept_format,
                anyway=anyway,
            ).run()
        run = finished_run(folder)
        assert run is not None
        return run


def resume(
    run_dir: str | Path,
    *,
    evaluations: int | None = None,
    minutes: float | None = None,
    tokens: int | None = None,
    anyway: bool = False,
    force: bool = False,
    workers: int | Workers | None = None,
    watch: Watcher | None = None,
) -> Run:
    """Go on with a run that ended early, with the recipe and options it was begun with.

    With a limit of its budget raised, a finished run is gone on with too, from its history. It
    comes to what a run comes to that had the larger budget from the beginning, but that a new
    winner is another opening of the sealed items, and that a clock decides where minutes end.

    Args:
        evaluations, minutes, tokens: the new limits, in all.
        anyway: whether to search where nothing can be learnt, as if it had been begun so.
        force: whether to go on although versions have changed that decide its scores.
        workers: others than it was begun with, as for :func:`evolve`.

    Raises:
        RunFolderError: the folder holds no run, or another process runs in it.
        UserError: a limit is not raised, or the run has none of the kind.
    """
    facts = _facts(Path(run_dir))
    raised = limits_of(evaluations=evaluations, minutes=minutes, tokens=tokens)
    recipe, options = recipe_from(facts["recipe"]), facts["options"]
    options = {**options, **({"anyway": True} if anyway else {})}
    options = {**options, **({} if workers is None else {"workers": workers})}
    return evolve(recipe, run_dir, raised=raised, force=force, watch=watch, **options)


def promote_finalist(
    run_dir: str | Path,
    number: int,
    *,
    accept_format: bool | None = None,
    force: bool = False,
    workers: int | Workers | None = None,
) -> Run:
    """Test a finalist of a finished run on its sealed items.

    For another one than the winner they are opened once more; that is counted, shown, and
    corrected for.

    Args:
        number: the finalist's place by validation; 0 is the winner.
        accept_format: whether a gain of format alone is promoted; by default as the run had it.
        force: whether to test it although versions have changed that decide its scores.
        workers: others than it was begun with, as for :func:`evolve`.

    Raises:
        UserError: the run is not finished, or has no such finalist.
        Stopped: a signal, or a full disk, ended it early; done again, it goes on.
    """
    facts, folder = _facts(Path(run_dir)), RunFolder(Path(run_dir))
    options = facts["options"]
    crew = workers_on(options["workers"] if workers is None else workers, options["device"])
    paths = [Path(path) for path in options["include_paths"]]
    recipe, looks = recipe_from(facts["recipe"]), registry_at(options["registry"])
    prepared = prepare(recipe, paths, options["allow_python"], crew.device, crew.engine)
    with StopSignals() as signals, folder:
        begin(folder, prepared, options, looks, crew.engine.identity)
        if finished_run(folder) is None:
            raise RunFolderError(f"{folder.path}: is not finished; use `evomerge resume` first")
        accepts = options["accept_format"] if accept_format is None else accept_format
        evolution = Evolution(
            prepared, folder, given(crew), crew.device, signals.check, looks, accept_format=accepts
        )
        with early_end_recorded(folder, "evomerge promote", str(number)):
            budget = budget_of(folder.ledger.events(), prepared.evolve.budget).model_dump()
            session = SessionBegan(budget, _counts(prepared), environment(crew), number)
            warn(folder.ledger, begin_session(folder.ledger, session, force=force))
            result = evolution.promote_finalist(number)
    return Run(folder.path, result.verdict, result.weights_sha256)


def _facts(run_dir: Path) -> dict[str, Any]:
    with Ledger(run_dir) as ledger:
        facts = ledger.facts()
    if not facts:
        raise RunFolderError(f"{run_dir}: the run had not begun; use `evomerge run`")
    return facts


def _counts(prepared: Prepared) -> dict[str, int]:
    """How many items each split has."""
    terms = prepared.benchmark.terms
    return {split.value: sum(len(term.items[split]) for term in terms) for split in Split}
