"""A recipe drafted, checked and written: the `init` command as a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evomerge.device import choose_device
from evomerge.drafting.destination import Destination
from evomerge.drafting.division import splits_for
from evomerge.drafting.effort import RunPace, effort_for
from evomerge.drafting.metric import metric_of
from evomerge.drafting.models import FoundModels, find_models
from evomerge.drafting.pace import measure_pace
from evomerge.drafting.place import named_from
from evomerge.drafting.questions import read_documents, tasks_of
from evomerge.drafting.recipe_text import DraftedBudget, DraftedRecipe, DraftedTerm
from evomerge.drafting.request import DraftRequest
from evomerge.drafting.task_text import TaskText
from evomerge.ledger import Split, registry_at
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import Recipe, Splits, recipe_from
from evomerge.recipe.paths import with_absolute_paths
from evomerge.recipe.source import Source, parse_source
from evomerge.run.checks.check import check_prepared
from evomerge.run.checks.checked import Checked
from evomerge.run.checks.searchable import require_searchable
from evomerge.run.preparation.benchmark import build_benchmark
from evomerge.run.preparation.preflight import Prepared, prepare
from evomerge.run.preparation.tasks import open_tasks
from evomerge.run.promotion.shipped import check_shipped

UNTIMED = DraftedBudget(1, "", 1, 1.0, "")
"""Stands in a draft until a candidate was timed."""


@dataclass(frozen=True)
class Drafted:
    """A recipe that was written."""

    recipe: Path
    notes: tuple[str, ...]
    """What was found and chosen, a sentence each."""
    checked: Checked
    """What a run of it takes, and could prove."""


def init(
    request: DraftRequest,
    *,
    device: str | None = None,
    permissions: Permissions = NOTHING,
    registry: str | Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Drafted:
    """Write a recipe that merges fine-tunes by how they answer questions.

    Args:
        device: "cpu" or "cuda"; by default the GPU if there is one.
        permissions: what the user allows the tasks beyond the recipe's folder.
        registry: the file that counts openings of sealed items, or "none"; by default the user's.
        tell: is given what is being done, sentence by sentence.

    Raises:
        UserError: something that was given is wrong or unclear; nothing has been written then.
        TrialError: merges of these models cannot be scored.
    """
    where, looks = choose_device(device), registry_at(registry)
    with Destination(request.out) as destination:
        permissions = permissions.of_recipe_in(destination.folder)
        draft, tasks = _first(request, destination, permissions)
        count = len(draft.models)
        tunes = f"{count} fine-tune" + ("" if count == 1 else "s")
        tell(f"checking {tunes} of {draft.base}, and what they are asked")
        read = _as_recipe(draft, destination)
        prepared = prepare(read, permissions, where)
        draft, prepared = _divided(draft, prepared, destination, permissions)
        check_shipped(prepared)
        tell("timing a merge of them on some questions")
        pace = measure_pace(prepared, where)
        draft = replace(draft, budget=_budget(pace, request, len(draft.models)))
        prepared = replace(prepared, recipe=_as_recipe(draft, destination))
        require_searchable(prepared.recipe)
        checked = check_prepared(prepared, looks)
        destination.keep(draft.text)
    return Drafted(request.out, tuple(_notes(draft, tasks)), checked)


def _first(
    request: DraftRequest, destination: Destination, permissions: Permissions
) -> tuple[DraftedRecipe, list[TaskText]]:
    """The recipe as far as it is known before anything is scored; its tasks are staged."""
    documents = read_documents(request.items, request.question, request.answer)
    named = [metric_of(task, permissions) for task in request.tasks]
    models = find_models(request, destination.folder)
    tasks = tasks_of(documents, models)
    for task in tasks:
        destination.stage({f"{task.name}.yaml": task.yaml.encode(), task.data_name: task.data})
    terms = [
        *(
            DraftedTerm(
                f"{destination.tasks.name}/{task.name}.yaml",
                task.judging.metric,
                f"{task.said}; {task.count} questions",
                task.system,
            )
            for task in tasks
        ),
        *(
            DraftedTerm(named_from(destination.folder, task), metric, "named by --task")
            for task, metric in named
        ),
    ]
    return _drafted(models, terms), tasks


def _drafted(models: FoundModels, terms: Sequence[DraftedTerm]) -> DraftedRecipe:
    return DraftedRecipe(
        base=models.base,
        base_why=models.base_why,
        models=models.names,
        terms=tuple(terms),
        splits=Splits(),
        splits_why="",
        apply_chat_template=models.chats.applied,
        chat_template=models.chats.template,
        chats_why=models.chats.why,
        budget=UNTIMED,
    )


def _as_recipe(draft: DraftedRecipe, destination: Destination) -> Recipe:
    """The recipe that the text will be, its tasks where they are staged."""
    plain, _ = parse_source(draft.text, "the draft")
    for term in plain["evolve"]["fitness"]:
        folder, _, name = str(term["task"]).partition("/")
        if folder == destination.tasks.name:
            term["task"] = str(destination.staged.resolve() / name)
    plain = with_absolute_paths(plain, destination.folder)
    return recipe_from(plain, Source("the draft", folder=destination.folder))


def _divided(
    draft: DraftedRecipe, prepared: Prepared, destination: Destination, permissions: Permissions
) -> tuple[DraftedRecipe, Prepared]:
    """Draft and benchmark with the splits that the number of questions calls for."""
    counts = [sum(len(term.items[split]) for split in Split) for term in prepared.benchmark.terms]
    splits, why = splits_for(counts)
    draft = replace(draft, splits=splits, splits_why=why)
    recipe = _as_recipe(draft, destination)
    tasks = open_tasks(recipe, permissions)  # anew: a task is asked for its questions once
    template = prepared.parents[recipe.template]
    benchmark = build_benchmark(recipe, tasks, template, prepared.tokenizer)
    return draft, replace(prepared, recipe=recipe, benchmark=benchmark, tasks=tasks)


def _budget(pace: RunPace, request: DraftRequest, parents: int) -> DraftedBudget:
    """What fits into the user's minutes, and how that is known."""
    effort = effort_for(pace, request.minutes, parents)
    genes = parents * effort.points
    kind = (
        f"a gradient over depth of {effort.points} points each" if effort.points > 1 else "one each"
    )
    return DraftedBudget(
        effort.points,
        f"{genes} genes, {kind}, for {effort.evaluations} evaluations",
        effort.evaluations,
        effort.minutes,
        f"a merge that was asked {pace.questions} questions on this machine came to at most "
        f"{pace.candidate_s:.3g} s for a candidate that is asked all search items, and "
        f"{pace.besides_s / 60:.2g} minutes for all that is not the search; so --minutes "
        f"{request.minutes:g} have room for {effort.fitting} candidates, and {genes} genes take "
        f"{effort.evaluations} of them",
    )


def _notes(draft: DraftedRecipe, tasks: Sequence[TaskText]) -> list[str]:
    return [
        f"base: {draft.base}: {draft.base_why}",
        *(f"items: {task.said}; {task.count} questions" for task in tasks),
        f"chats: {draft.chats_why}",
        f"splits: {draft.splits_why}",
        f"genes: {draft.budget.points_why}",
        f"budget: {draft.budget.why}",
    ]
