"""What a recipe's sealed items can prove, told before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evomerge.ledger import Looks, Registry, Split
from evomerge.levels import level_of_look
from evomerge.report.wording import describe_times
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.promotion.flags import leak_flags
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.kinship import DECLARED
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.power import describe, detectable_in, detectable_margin

WHY = {
    DECLARED: "as the recipe says",
    "passage": "they share a long passage",
    "image": "they share an image",
    "slots": "one template with the same slots",
}
"""Why items hang together, in words."""


def proof_notes(prepared: Prepared, registry: Registry) -> list[str]:
    """What the sealed items can show, and what speaks against them; a sentence each."""
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
