"""A run begun or resumed, and what it came to: the main job as a function."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

from evomerge.engine.registry import engine_of
from evomerge.ledger import Registry, Watcher, registry_at
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import Budget, Placement, Recipe, load_recipe, recipe_from
from evomerge.run.checks.searchable import require_searchable
from evomerge.run.explaining.explanation import Explanation
from evomerge.run.folder.beginning import begun_with
from evomerge.run.folder.extension import limits_of
from evomerge.run.folder.finished import Run
from evomerge.run.folder.folder import RunFolder
from evomerge.run.folder.lasting import check_lasting
from evomerge.run.folder.options import Options, registry_option
from evomerge.run.folder.proposed import proposed
from evomerge.run.interrupt import StopSignals
from evomerge.run.placement import AskedFor, early, placed, workers_on
from evomerge.run.preparation.preflight import prepare
from evomerge.run.session import Session
from evomerge.run.watching.halts import Override, override_of, require_unhalted
from evomerge.trackers.registry import trackers_of
from evomerge.trackers.tracker import Tracker
from evomerge.workers.protocol import Workers

EXPLAINED = 64
"""Recipes that are scored to explain a winner, unless it is said."""


def evolve(
    recipe: Recipe | str | Path,
    run_dir: str | Path,
    *,
    workers: AskedFor | None = None,
    ray: str | None = None,
    device: str | None = None,
    seed: int | None = None,
    permissions: Permissions = NOTHING,
    accept_format: bool = False,
    anyway: bool = False,
    registry: str | Path | None = None,
    track: Sequence[str | Tracker] | None = None,
    raised: Budget | None = None,
    force: bool = False,
    watch: Watcher | None = None,
    override: Override | None = None,
) -> Run:
    """Find the best merge of a recipe with genes, prove it, and write it out.

    An unfinished run of the same recipe in the folder is resumed; a finished one is returned.

    Args:
        recipe: the recipe, or its file.
        run_dir: the run's folder; made if need be.
        workers: how many, of which 1 works in this process and more are Ray actors; keys of
            :class:`evomerge.recipe.Placement`; or an object that follows
            :class:`evomerge.workers.protocol.Workers`. By default what the recipe says, or 1. The
            winner is the same.
        ray: the address of a Ray cluster to work on, or "auto" for the one on this machine.
        device: "cpu" or "cuda"; by default that of the workers, or the GPU if there is one.
        seed: instead of the recipe's.
        permissions: what the user allows the recipe; recorded, and obeyed by resume.
        accept_format: whether a gain of format alone is promoted.
        anyway: whether to search where no task that counts tells the parents apart.
        registry: the file in which openings of sealed items are counted over all runs; by default
            the user's, "none" for none.
        track: trackers that are told of the run, by name or as objects that follow
            :class:`evomerge.trackers.tracker.Tracker`, instead of the recipe's; ["none"] for none.
        raised: limits of the budget that are raised, of a run that has begun.
        force: whether to go on with a run although versions have changed that decide its scores.
        watch: told every record, those of earlier sessions first.
        override: lets a run go on that rails have paused.

    Raises:
        UserError: recipe or folder are wrong, and nothing is written; or nothing can be learnt.
        Stopped: a signal, a full disk or a rail ended the run early; it can be resumed.
    """
    recipe = _with_seed(recipe if isinstance(recipe, Recipe) else load_recipe(recipe), seed)
    require_searchable(recipe)
    require_unhalted(recipe, Path(run_dir), override)
    check_lasting(Path(run_dir))
    told = trackers_of(recipe, track)
    permissions = permissions.of_recipe_in(recipe.folder)
    recipe = proposed(recipe, Path(run_dir), permissions)
    folder, looks = RunFolder(Path(run_dir)), registry_at(registry)
    where = placed(workers, recipe, ray)
    crew = workers_on(where, device, engine_of(recipe))
    options = Options(
        workers=where.plain() if isinstance(where, Placement) else crew.rules.capacity,
        device=crew.device.type,
        permissions=permissions,
        accept_format=accept_format,
        anyway=anyway,
        registry=registry_option(looks),
        track=None if track is None else tuple(one for one in track if isinstance(one, str)),
    )
    with _session(recipe, folder, crew, looks, options) as session:
        return replace(session, trackers=told).search(raised, override, force=force, watch=watch)


@contextlib.contextmanager
def _session(
    recipe: Recipe, folder: RunFolder, crew: Workers, looks: Registry, options: Options
) -> Iterator[Session]:
    """A session in a run's folder, which a signal stops; workers start while it is prepared."""
    with StopSignals(folder.end_started) as signals, early(crew) as wait_for_workers:
        prepared = prepare(recipe, options.permissions, crew.device, crew.engine)
        wait_for_workers()
        with signals.patient(), folder:
            yield Session(prepared, folder, crew, looks, options, signals.check)


def _with_seed(recipe: Recipe, seed: int | None) -> Recipe:
    """The recipe with another seed, if one is given."""
    if seed is None or recipe.evolve is None:
        return recipe
    plain = recipe.plain()
    plain["evolve"]["seed"] = seed
    return recipe_from(plain, recipe.source)


def resume(
    run_dir: str | Path,
    *,
    evaluations: int | None = None,
    minutes: float | None = None,
    tokens: int | None = None,
    anyway: bool = False,
    force: bool = False,
    workers: AskedFor | None = None,
    ray: str | None = None,
    allow_judges: Sequence[str] = (),
    track: Sequence[str | Tracker] | None = None,
    watch: Watcher | None = None,
    override: Sequence[str] = (),
    reason: str = "",
) -> Run:
    """Go on with a run that ended early, with the recipe and options it was begun with.

    With a limit of its budget raised, a finished run is resumed too, and comes to what the larger
    budget comes to; but a new winner is another opening, and a clock decides where minutes end.

    Args:
        evaluations: the new limit, in all.
        minutes: the same, of the time that the search takes.
        tokens: the same, of tokens through the model.
        anyway: whether to search where nothing can be learnt, as if it had been begun so.
        force: whether to go on although versions have changed that decide its scores.
        workers: others than it was begun with, as for :func:`evolve`.
        ray: another cluster, as for :func:`evolve`.
        allow_judges: hosts that may be asked to judge, beside those that the run was begun with.
        track: others than it was begun with, as for :func:`evolve`.
        override: rails that have paused it, by name, for it to go on all the same.
        reason: why they are overridden; on record, in status, report and card.

    Raises:
        RunFolderError: the folder holds no run, or another process runs in it.
        UserError: a limit is not raised, or the run has none of the kind; no such rail paused it.
    """
    recipe, options = begun_with(Path(run_dir))
    raised = limits_of(evaluations=evaluations, minutes=minutes, tokens=tokens)
    allowed = options.permissions.and_judges(tuple(allow_judges))
    options = replace(options, anyway=anyway or options.anyway, permissions=allowed)
    given = {one.name: getattr(options, one.name) for one in fields(options)}
    given |= {k: v for k, v in {"workers": workers, "track": track}.items() if v is not None}
    given |= {"ray": ray, "raised": raised, "override": override_of(override, reason)}
    return evolve(recipe, run_dir, **given, force=force, watch=watch)


def promote_finalist(
    run_dir: str | Path,
    number: int,
    *,
    accept_format: bool | None = None,
    force: bool = False,
    workers: AskedFor | None = None,
    ray: str | None = None,
    allow_judges: Sequence[str] = (),
) -> Run:
    """Test a finalist of a finished run on its sealed items.

    For another one than the winner they are opened once more; that is counted, shown, and
    corrected for.

    Args:
        number: the finalist's place by validation; 0 is the winner.
        accept_format: whether a gain of format alone is promoted; by default as the run had it.
        force: whether to test it although versions have changed that decide its scores.
        workers: others than it was begun with, as for :func:`evolve`.
        ray: another cluster, as for :func:`evolve`.
        allow_judges: as for :func:`resume`.

    Raises:
        UserError: the run is not finished, or has no such finalist.
        Stopped: a signal, or a full disk, ended it early; done again, it goes on.
    """
    with _after_end(run_dir, workers, ray, allow_judges) as session:
        return session.promote(number, accept_format=accept_format, force=force)


def explain(
    run_dir: str | Path,
    *,
    evaluations: int = EXPLAINED,
    force: bool = False,
    workers: AskedFor | None = None,
    ray: str | None = None,
    allow_judges: Sequence[str] = (),
) -> Explanation:
    """Find which parents, layers and genes earned a finished run's winner its score.

    They are left out, one by one and in the orders that Shapley values average over, and the
    smallest recipe within noise of the winner becomes one more finalist. Validation items alone are
    asked. What is on record costs nothing: done again it says the same at once, and with more
    evaluations it goes on.

    Args:
        evaluations: how many recipes are scored for it, beside those that the run has scored, and
            the smallest one on the search items.
        force: as for :func:`promote_finalist`.
        workers: the same.
        ray: the same.
        allow_judges: the same.

    Raises:
        UserError: the run is not finished.
        Stopped: a signal, or a full disk, ended it early; done again, it goes on.
    """
    with _after_end(run_dir, workers, ray, allow_judges) as session:
        return session.explain(evaluations, force=force)


@contextlib.contextmanager
def _after_end(
    run_dir: str | Path, workers: AskedFor | None, ray: str | None, allow_judges: Sequence[str]
) -> Iterator[Session]:
    """A session in the folder of a run that has ended."""
    (recipe, options), folder = begun_with(Path(run_dir)), RunFolder(Path(run_dir))
    where = placed(options.workers if workers is None else workers, recipe, ray)
    crew = workers_on(where, options.device, engine_of(recipe))
    allowed = options.permissions.and_judges(tuple(allow_judges))
    options = replace(options, permissions=allowed)
    with _session(recipe, folder, crew, registry_at(options.registry), options) as session:
        yield session
