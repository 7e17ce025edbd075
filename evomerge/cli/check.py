"""What a check brings to light, in words and tables."""

from __future__ import annotations

from rich.table import Table

from evomerge.cli.console import PrintableConsole
from evomerge.cli.finalists import figures
from evomerge.ledger import Split
from evomerge.report.budget import describe
from evomerge.run.checks.checked import Checked, CheckedGene, ExpectedCost

HASH_SHOWN = 12
"""Hexadecimal digits of a content hash that are shown: enough to tell parents apart by eye."""


def print_checked(checked: Checked) -> None:
    """Print parents, genes, items, memory, disk and expected cost."""
    console = PrintableConsole(highlight=False, markup=False)
    console.print(_parents(checked), "")
    if checked.cost is not None:
        console.print(_genes(checked), "")
        console.print(_tasks(checked), "")
    for line in [*checked.notes, *_space(checked), *_cost(checked.cost)]:
        console.print(line, soft_wrap=True)


def _parents(checked: Checked) -> Table:
    table = Table("parent", "tensors", "parameters", "type", "content", box=None, pad_edge=False)
    for parent in checked.parents:
        table.add_row(
            parent.name,
            str(parent.tensors),
            f"{parent.parameters:,}",
            ", ".join(parent.dtypes),
            parent.content_hash[:HASH_SHOWN],
        )
    return table


def _genes(checked: Checked) -> Table:
    table = Table("gene", "values", "points", "begins at", box=None, pad_edge=False)
    for gene in checked.genes:
        name, points = ".".join(map(str, gene.place)), str(gene.gene.points)
        table.add_row(name, _values(gene), points, figures(gene.start))
    table.add_row("all", "", str(checked.points))
    return table


def _values(checked: CheckedGene) -> str:
    gene = checked.gene
    values = f"{gene.low} … {gene.high}" if gene.choice is None else str([*gene.choice])
    scale = " (log)" if gene.scale == "log" else ""
    only = f" ({', '.join(checked.methods)} only)" if checked.methods else ""
    return values + scale + only


def _tasks(checked: Checked) -> Table:
    table = Table("task", "metric", *Split, "weight", "duplicates", box=None, pad_edge=False)
    for task in checked.tasks:
        counts = [str(task.items[split]) for split in Split]
        duplicates = str(task.duplicates or "")
        table.add_row(task.name, task.metric, *counts, f"{task.weight:g}", duplicates)
    return table


def _space(checked: Checked) -> list[str]:
    space = checked.space
    disk = f"disk: {_bytes(space.disk)}"
    if checked.cost is None:
        return [disk]
    return [
        f"memory: {_bytes(space.parents)} of parents (mapped files, shared by all workers), "
        f"{_bytes(space.model)} for each worker's live model, and its activations",
        disk,
    ]


def _cost(cost: ExpectedCost | None) -> list[str]:
    if cost is None:
        return []
    raced = ", less where a race is soon decided" if cost.raced else ""
    lines = [
        f"cost of a candidate: at most {cost.candidate_tokens:,} tokens, "
        f"{cost.candidate_flop / 1e12:.3g} TFLOP{raced}"
    ]
    if cost.budget.evaluations:
        total = cost.candidate_flop * cost.budget.evaluations / 1e12
        lines.append(f"cost of {cost.budget.evaluations} candidates: at most {total:.3g} TFLOP")
    lines += [
        f"budget: {describe(cost.budget.model_dump())}; the search ends with whichever comes "
        f"first. Parents and their average on the search items (at most {cost.parents_tokens:,} "
        "tokens) are within its minutes and tokens",
        f"beyond the budget: {', '.join(_beyond(cost))}",
    ]
    return [*lines, f"caution: {cost.caution}"] if cost.caution else lines


def _beyond(cost: ExpectedCost) -> list[str]:
    """What a run does when its search has ended."""
    beyond = [
        f"the last race among the best (at most {cost.last_race_tokens:,} tokens)",
        f"validation and test (at most {cost.proof_tokens:,}, and those of parents as they were "
        "shipped)",
    ]
    if cost.random_search:
        beyond.append("the random search (as many candidates again)")
    if cost.rails:
        beyond.append(
            f"{cost.rails} rails (at most {cost.watched_tokens:,} tokens for each generation with "
            "a new leader)"
        )
    if cost.judged:
        beyond.append("what judges read and write")
    return beyond


def _bytes(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024:
            return f"{count:.3g} {unit}"
        count /= 1024
    return f"{count:.3g} TB"
