"""What a run would take, told before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evomerge.cli.cost import describe_cost, parameters_of
from evomerge.device import choose_device
from evomerge.ledger import Looks, Registry, Split, registry_at
from evomerge.merge.blend import Blender
from evomerge.merge.contract import check_contract, methods_of
from evomerge.merge.idle import idle_genes
from evomerge.merge.notes import notes
from evomerge.merge.parents import check_weights, open_parents
from evomerge.merge.plan import make_plan
from evomerge.merge.settings import takes
from evomerge.recipe import Genome, Recipe
from evomerge.recipe.source import Place
from evomerge.run.account import describe_times
from evomerge.run.flags import leak_flags
from evomerge.run.preflight import Prepared, prepare, require_genes
from evomerge.score.benchmark import Benchmark
from evomerge.score.kinship import DECLARED
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.levels import level_of_look
from evomerge.score.proof.power import describe, detectable_in, detectable_margin
from evomerge.weights import Parent

WHY = {
    DECLARED: "as the recipe says",
    "passage": "they share a long passage",
    "image": "they share an image",
    "slots": "one template with the same slots",
}
"""Why items hang together, in words."""


def print_plan(
    recipe: Recipe,
    include_paths: Sequence[Path],
    allow_python: bool,
    registry: str | None = None,
) -> None:
    """Check a recipe and print parents, genes, items, memory, disk and expected cost.

    Raises:
        UserError: something in the recipe is wrong.
    """
    console = Console(highlight=False, markup=False)
    if recipe.evolve is None and not len(Genome(recipe)):
        _print_merge(recipe, console)
        return
    require_genes(recipe)
    looks = registry_at(registry)
    prepared = prepare(recipe, include_paths, allow_python)
    console.print(_parents(prepared.parents, prepared.content), "")
    console.print(_genes(Genome(recipe)), "")
    console.print(_items(prepared), "")
    told = [*notes(recipe, prepared.parents), *_idle(prepared), *_tasks(prepared)]
    for line in [*told, *_proof(prepared, looks), *_room(prepared), *describe_cost(prepared)]:
        console.print(line, soft_wrap=True)


def _print_merge(recipe: Recipe, console: Console) -> None:
    """What a recipe without genes would merge: its parents, and what is to be known of it."""
    check_contract(recipe)
    parents = open_parents(recipe)
    console.print(_parents(parents, check_weights(recipe, parents)), "")
    plan = make_plan(recipe, parents)
    blender = Blender(recipe, plan, parents, choose_device("cpu"))
    size = sum(blender.spec(operation).nbytes for operation in plan.operations)
    for line in [*notes(recipe, parents), f"disk: {_bytes(size)}"]:
        console.print(line, soft_wrap=True)


def _parents(parents: Mapping[str, Parent], content: Mapping[str, str]) -> Table:
    table = Table("parent", "tensors", "parameters", "type", "content", box=None, pad_edge=False)
    for name, parent in parents.items():
        specs = parent.tensors.specs.values()
        types = sorted({str(spec.dtype).removeprefix("torch.") for spec in specs})
        table.add_row(
            name,
            str(len(specs)),
            f"{parameters_of(parent):,}",
            ", ".join(types),
            content[name][:12],
        )
    return table


def _genes(genome: Genome) -> Table:
    table = Table("gene", "values", "points", box=None, pad_edge=False)
    for place, gene in genome.genes:
        values = f"{gene.low} … {gene.high}" if gene.choice is None else str([*gene.choice])
        scale = " (log)" if gene.scale == "log" else ""
        of = ", ".join(_takers(genome.recipe, place))
        only = f" ({of} only)" if of else ""
        table.add_row(".".join(map(str, place)), values + scale + only, str(gene.points))
    table.add_row("all", "", str(len(genome)))
    return table


def _idle(prepared: Prepared) -> list[str]:
    """Genes without effect, and whether there are others."""
    recipe = prepared.recipe
    idle = idle_genes(recipe, prepared.parents)
    lines = [
        f"caution: {recipe.at(*gene.place)}{gene.name} has no effect: {gene.why}" for gene in idle
    ]
    whole = {gene.place for gene in idle if not gene.points}
    if whole and whole == {place for place, _ in Genome(recipe).genes}:
        lines.append("caution: no gene has an effect, so there is one offspring and no search")
    return lines


def _takers(recipe: Recipe, place: Place) -> list[str]:
    """The methods that a gene is for, where the recipe may come to others as well."""
    if "parameters" not in place:
        return []
    level = place.index("parameters") + 1
    methods = methods_of(recipe)
    takers = [m.name for m in methods if takes(m, str(place[level]), place[:level])]
    return takers if len(takers) < len(methods) else []


def _items(prepared: Prepared) -> Table:
    table = Table("task", "metric", *Split, "weight", "duplicates", box=None, pad_edge=False)
    for term in prepared.benchmark.terms:
        counts = [str(len(term.items[split])) for split in Split]
        table.add_row(
            term.task, term.metric, *counts, f"{term.weight:g}", str(term.duplicates or "")
        )
    return table


def _tasks(prepared: Prepared) -> list[str]:
    """What groups are the mean of, and which answers cannot be judged."""
    notes = [f"task: {task.note}" for task in prepared.tasks if task.note]
    return notes + [
        f"caution: {task.name}: {why}" for task in prepared.tasks for why in task.cautions
    ]


def _proof(prepared: Prepared, registry: Registry) -> list[str]:
    """What the sealed items can show, and what speaks against them."""
    benchmark = prepared.benchmark
    ids = {term.task: [item.id for item in term.items[Split.TEST]] for term in benchmark.terms}
    units = {task: benchmark.units.effective(named) for task, named in ids.items()}
    seen = registry.looks(benchmark.ids(Split.TEST))
    level = level_of_look(prepared.evolve.alpha, seen.most + 1)
    counted = [item for t in benchmark.terms if t.weight for item in ids[t.task]]
    # The parents' ranges are not known yet; gains are told in points of the raw mean.
    weights = Aggregate({term.task: term.weight for term in benchmark.terms})
    questions = benchmark.units.count_questions(counted)
    lines = [
        f"proof: {describe(questions, units, weights, level)}",
        *_ranges(benchmark, units, level),
        *_groups(prepared, counted),
        *_openings(seen, level),
    ]
    for term in benchmark.terms:
        binary = term.scale is None or term.scale.binary
        if term.floor is None or not units[term.task] or not binary:
            continue
        least = detectable_margin(units[term.task], level)
        kept = "can be shown to be kept" if term.floor.margin >= least else "may not be shown"
        lines.append(
            f"floor of {term.task}: a margin of {term.floor.margin:g} {kept} by an equal model; "
            f"{len(ids[term.task])} test items show {least:.2g} at 80 % power"
        )
    lines += [f"caution: {flag.sentence}" for flag in leak_flags(benchmark)]
    return [*lines, *(f"caution: {told}" for term in benchmark.terms for told in term.cautions)]


def _ranges(benchmark: Benchmark, units: Mapping[str, float], level: float) -> list[str]:
    """What cannot be shown of scores that are not 0 or 1, as one item may cost so much."""
    lines = []
    for term in benchmark.terms:
        scale = term.scale
        if scale is None or scale.binary or not (term.weight and units[term.task]):
            continue
        least = detectable_in(scale.high - scale.low, units[term.task], level)
        lines.append(
            f"range of {term.task}: its items score between {scale.low:.3g} and {scale.high:.3g}, "
            f"so gains under {least:.2g} cannot be shown, even if every item gains; more items or "
            "a narrower range show more"
        )
    return lines


def _groups(prepared: Prepared, counted: Sequence[str]) -> list[str]:
    """Which items hang together, and what is left of the test items' number."""
    benchmark = prepared.benchmark
    lines = [
        f"groups: {count} items of {term.task} hang together with others ({WHY[why]})"
        for term in benchmark.terms
        for why, count in sorted(term.kin.items())
    ]
    if lines:
        units, effective = benchmark.units.count(counted), benchmark.units.effective(counted)
        lines.append(
            f"groups: the test items that count are {units} groups, worth {effective:.0f} "
            "independent items where those of a group are answered alike"
        )
    return lines


def _openings(seen: Looks, level: float) -> list[str]:
    """Who has looked at the sealed items before."""
    if not seen.items:
        return []
    return [
        f"caution: {seen.items} of the sealed items have been looked at before, some of them "
        f"{describe_times(seen.most)} ({', '.join(seen.where[:3])}); tests of another opening are "
        f"at level {level:.2g}"
    ]


def _room(prepared: Prepared) -> list[str]:
    """Memory and disk."""
    recipe = prepared.recipe
    genome = Genome(recipe)
    concrete = genome.decode(genome.start)
    plan = make_plan(concrete, prepared.parents)
    blender = Blender(concrete, plan, prepared.parents, choose_device("cpu"))
    offspring = sum(blender.spec(operation).nbytes for operation in plan.operations)
    mapped = sum(s.nbytes for p in prepared.parents.values() for s in p.tensors.specs.values())
    joining = (prepared.evolve.cycles - 1) * prepared.evolve.elites
    return [
        f"memory: {_bytes(mapped)} of parents (mapped files, shared by all workers), "
        f"{_bytes(offspring)} for each worker's live model, and its activations",
        f"disk: {_bytes(offspring * (1 + joining))}",
    ]


def _bytes(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024:
            return f"{count:.3g} {unit}"
        count /= 1024
    return f"{count:.3g} TB"
