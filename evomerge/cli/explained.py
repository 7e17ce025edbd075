"""What the winner's score is due to, for people and for programs."""

from __future__ import annotations

import math
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from evomerge.cli.console import PrintableConsole
from evomerge.recipe.names import short_names
from evomerge.run.explaining.explanation import Contribution, Effect, Explanation, FactorKind


def explanation_to_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation by name; errors that are not known are null."""
    plain: dict[str, Any] = _without_nan(asdict(explanation))
    return {**plain, "dead": explanation.dead}


def print_explanation(explanation: Explanation, folder: Path) -> None:
    """Contributions, what can be done without, and how that is tested.

    Args:
        folder: of the run.
    """
    console = PrintableConsole(highlight=False, markup=False)
    console.print(
        f"winner: {explanation.fitness:.3f} on validation items; "
        f"{explanation.evaluations} of {explanation.budget} evaluations",
        soft_wrap=True,
    )
    console.print(contributions_table(explanation))
    for line in [*explanation.missing, *_remarks(explanation)]:
        console.print(line, soft_wrap=True)
    console.print(_smaller(explanation, folder), soft_wrap=True)


def contributions_table(explanation: Explanation) -> Table:
    """By how much the fitness falls without each factor, and what it adds on average."""
    table = Table(box=None, pad_edge=False)
    for head in ("", "", "left out", "Shapley", ""):
        table.add_column(head, no_wrap=bool(head))
    labels = _labels(explanation)
    for one in explanation.contributions:
        table.add_row(
            one.kind,
            labels[one.kind, one.name],
            _figure(one.left_out, down=True),
            _figure(one.shapley),
            one.note or ("noise" if one.is_dead else ""),
        )
    return table


def _figure(effect: Effect | None, *, down: bool = False) -> str:
    """An effect with its error; of which not all is known, as the least that it is."""
    if effect is None:
        return ""
    value = -effect.value if down else effect.value
    known = not math.isnan(effect.error)
    error = f"{effect.error:.3f}" if known else f"{effect.item_error:.3f} or more"
    return f"{value + 0.0:+.3f} ± {error}"


def _remarks(explanation: Explanation) -> list[str]:
    short = _short(explanation)
    lines = [f"{name}: the winner does without it" for name in explanation.switched_off]
    lines += [f"{short[name]}: nothing shows that it contributes" for name in explanation.dead]
    lines += [f"{name}: alone as good, but for noise" for name in explanation.as_good]
    return lines


def _smaller(explanation: Explanation, folder: Path) -> str:
    smaller = explanation.smaller
    if smaller is None:
        return "nothing smaller is as good as the winner"
    sizes = f"{_counted(smaller.parents, 'parent')} and {_counted(smaller.genes, 'gene')}"
    whole = f"{_counted(explanation.parents, 'parent')} and {_counted(explanation.genes, 'gene')}"
    return (
        f"the smallest recipe within noise of it ({smaller.ranked.validation:.3f}; the winner is "
        f"better by {_figure(smaller.below)}) has {sizes} instead of {whole}: {smaller.what}\n"
        f"it is finalist {smaller.number}; to test it, which is another opening of the sealed "
        f"items: evomerge promote {shlex.quote(str(folder))} {smaller.number}"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _labels(explanation: Explanation) -> dict[tuple[str, str], str]:
    """What factors are called: parents and their genes without folders."""
    short, labels = _short(explanation), dict[tuple[str, str], str]()
    for one in explanation.contributions:
        label = short.get(one.name, one.name)
        if one.of is not None:
            label = f"{one.name.split('parameters.')[-1]} of {short.get(one.of, one.of)}"
        labels[one.kind, one.name] = one.name if label in labels.values() else label
    return labels


def _short(explanation: Explanation) -> dict[str, str]:
    """The names of parents without the folders that they are in."""
    return short_names(_parents(explanation.contributions))


def _parents(contributions: Any) -> list[str]:
    each: list[Contribution] = [*contributions]
    return [one.name for one in each if one.kind is FactorKind.PARENT]


def _without_nan(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_nan(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_without_nan(value) for value in node]
    return None if isinstance(node, float) and math.isnan(node) else node
