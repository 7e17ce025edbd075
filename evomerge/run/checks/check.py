"""A recipe checked, as far as that is possible before anything starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from evomerge.curriculum import checks as curriculum_checks
from evomerge.device import choose_device
from evomerge.engine.registry import DEFAULT, engine_of
from evomerge.ledger import Registry, Split, registry_at
from evomerge.merge.ancestry.licensing import licence_notes, licensed_ancestry
from evomerge.merge.composition.idle import idle_genes
from evomerge.merge.notes import notes
from evomerge.merge.parents import check_weights, open_parents
from evomerge.merge.plan.contract import check_contract, methods_of
from evomerge.merge.plan.settings import takes
from evomerge.permissions import UNASKED, Permissions
from evomerge.recipe import Genome, Recipe, load_recipe
from evomerge.recipe.formula_words import is_word
from evomerge.recipe.path_space import PATH
from evomerge.recipe.source import Place
from evomerge.run.checks.checked import Checked, CheckedGene, CheckedParent, CheckedTask
from evomerge.run.checks.constitution import constitution_notes
from evomerge.run.checks.cost import expected_cost, parameters_of, workers_note
from evomerge.run.checks.number_type import number_type_note
from evomerge.run.checks.proof import proof_notes
from evomerge.run.checks.searchable import require_searchable
from evomerge.run.checks.space import space_of_merge, space_of_search
from evomerge.run.checks.training import training_notes
from evomerge.run.cycle.stacking import widest
from evomerge.run.preparation.preflight import Prepared, prepare
from evomerge.search import Vector
from evomerge.trackers.registry import trackers_of
from evomerge.weights import Parent


def check(
    recipe: Recipe | str | Path,
    *,
    permissions: Permissions = UNASKED,
    registry: str | Path | None = None,
) -> Checked:
    """Check a recipe, and say what a run or a merge of it would take; nothing is written.

    Args:
        recipe: the recipe, or its file.
        permissions: what the user allows the recipe; unless they say otherwise, no judge is asked.
        registry: the file in which openings of sealed items are counted over all runs; by default
            the user's, "none" for none.

    Raises:
        UserError: something in the recipe is wrong.
    """
    if not isinstance(recipe, Recipe):
        recipe = load_recipe(recipe)
    if recipe.evolve is None and not len(Genome(recipe)):
        return _of_merge(recipe)
    require_searchable(recipe)
    trackers_of(recipe)
    looks = registry_at(registry)
    engine = engine_of(recipe) or DEFAULT
    engine.require(choose_device(None))
    prepared = prepare(recipe, permissions, engine=engine)
    return check_prepared(prepared, looks)


def _of_merge(recipe: Recipe) -> Checked:
    check_contract(recipe)
    parents = open_parents(recipe)
    ancestry = licensed_ancestry(recipe)
    content = check_weights(recipe, parents)
    told = (*notes(recipe, parents), *licence_notes(recipe, ancestry))
    return Checked(_parents(parents, content), space_of_merge(recipe, parents), told)


def check_prepared(prepared: Prepared, registry: Registry) -> Checked:
    """What a search takes whose parents and tasks are at hand."""
    recipe = prepared.recipe
    genome = Genome(recipe)
    told = [*notes(recipe, prepared.parents), *_idle(prepared), *_tasks(prepared)]
    told += [
        *_golds(prepared),
        *_cycles(recipe),
        *_curriculum(prepared),
        *training_notes(prepared),
        *_approval(prepared),
        *licence_notes(recipe, prepared.ancestry),
        *constitution_notes(prepared),
    ]
    told += filter(None, [number_type_note(prepared)])
    return Checked(
        _parents(prepared.parents, prepared.content),
        space_of_search(prepared),
        (*told, workers_note(), *proof_notes(prepared, registry)),
        tuple(_genes(genome, (*prepared.starts, genome.start)[0])),
        len(genome),
        tuple(
            CheckedTask(
                term.task,
                term.metric,
                {split: len(term.items[split]) for split in Split},
                term.weight,
                term.duplicates,
            )
            for term in prepared.benchmark.terms
        ),
        expected_cost(prepared),
    )


def _parents(
    parents: Mapping[str, Parent], content: Mapping[str, str]
) -> tuple[CheckedParent, ...]:
    return tuple(
        CheckedParent(
            name,
            len(parent.tensors.specs),
            parameters_of(parent),
            tuple(sorted(_dtypes(parent))),
            content[name],
        )
        for name, parent in parents.items()
    )


def _dtypes(parent: Parent) -> set[str]:
    return {str(spec.dtype).removeprefix("torch.") for spec in parent.tensors.specs.values()}


def _genes(genome: Genome, start: Vector) -> Iterator[CheckedGene]:
    """Each gene; those of a path and of a formula by their kinds, as points of one."""
    kinds = Counter(place[:2] for place, _ in genome.genes if place[0] == PATH or is_word(place))
    for (place, gene), value in zip(genome.genes, genome.values(start), strict=True):
        if place[:2] not in kinds:
            values = (*value,) if isinstance(value, list) else (value,)
            yield CheckedGene(place, gene, _takers(genome.recipe, place), values)
        elif points := kinds.get(place[:2], 0):
            kinds[place[:2]] = 0
            yield CheckedGene(place[:2], gene.model_copy(update={"points": points}), (), ())


def _takers(recipe: Recipe, place: Place) -> tuple[str, ...]:
    """The methods that a gene is for, where the recipe may come to others as well."""
    if "parameters" not in place:
        return ()
    level = place.index("parameters") + 1
    methods = methods_of(recipe)
    takers = tuple(m.name for m in methods if takes(m, str(place[level]), place[:level]))
    return takers if len(takers) < len(methods) else ()


def _approval(prepared: Prepared) -> list[str]:
    """For whom a winner would wait; nothing where for nobody."""
    if (settings := prepared.evolve.approval) is None:
        return []
    signers = ", ".join(key.label for key in settings.keys)
    how = f"in quarantine until {settings.count} of these have signed it: {signers}"
    return [f"approval: the winner waits {how}"]


def _idle(prepared: Prepared) -> Iterator[str]:
    """Genes without effect, and whether there are others."""
    recipe = prepared.recipe
    idle = idle_genes(recipe, prepared.parents)
    for gene in idle:
        yield f"caution: {recipe.at(*gene.place)}{gene.name} has no effect: {gene.why}"
    whole = {gene.place for gene in idle if not gene.points}
    if whole and whole == {place for place, _ in Genome(recipe).genes}:
        yield "caution: no gene has an effect, so there is one offspring and no search"


def _tasks(prepared: Prepared) -> list[str]:
    """What groups are the mean of, and which answers cannot be judged."""
    told = [f"task: {task.note}" for task in prepared.tasks if task.note]
    return told + [
        f"caution: {task.name}: {why}" for task in prepared.tasks for why in task.cautions
    ]


def _cycles(recipe: Recipe) -> Iterator[str]:
    """What a search for paths grows to when elites have joined."""
    if recipe.path is not None and recipe.evolve and recipe.evolve.cycles > 1:
        space = widest(recipe)
        yield (
            f"cycles: from the second on a path has up to {space.slots} slots, of {space.layers} "
            f"layers, and {len(space.genes)} genes; its own layers stay {space.longest} at most"
        )


def _curriculum(prepared: Prepared) -> Iterator[str]:
    """What the population will write."""
    curriculum = prepared.evolve.curriculum
    if curriculum is None:
        return
    yield from curriculum_checks.notes(curriculum)
    number = prepared.evolve.number_of(curriculum.task)
    if not prepared.benchmark.terms[number].items[Split.SEARCH]:
        for name in curriculum.adversaries:
            yield (
                f"caution: curriculum: {name} writes variants of search items of "
                f"{curriculum.task}, and the search has none, so it writes nothing; give its "
                "splits a search of 1 or more"
            )


def _golds(prepared: Prepared) -> Iterator[str]:
    """Items of code tasks whose own right answer does not pass."""
    from evomerge.score.cautions.programs import untrue_golds

    for task, scored in zip(prepared.tasks, prepared.benchmark.terms, strict=True):
        if task.term.program is not None:
            items = [item for split in Split for item in scored.items[split]]
            for found in untrue_golds(task.term.program, items, task.docs):
                yield f"caution: {task.name}: {found}"
