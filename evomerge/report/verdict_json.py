"""Verdicts as JSON values, for the ledger and for programs, and read back from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from evomerge.ledger import Flag, Front, Looks, RankedFinalist
from evomerge.report.constitution import constitution_from_json, constitution_to_json
from evomerge.report.verdict import (
    Against,
    AnyVerdict,
    EarlierVerdict,
    FinalistChoice,
    FloorTest,
    Opening,
    SealedScores,
    Verdict,
)
from evomerge.score.proof.comparison import Comparison, NonInferiority

Plain = Mapping[str, Any]


def verdict_to_json(verdict: AnyVerdict) -> dict[str, Any]:
    """A verdict as JSON values by name."""
    if isinstance(verdict, EarlierVerdict):
        return {**verdict.recorded}
    return {
        "verdict": verdict.outcome,
        "reasons": [*verdict.reasons],
        "flags": [asdict(flag) for flag in verdict.flags],
        "openings": verdict.opening.number,
        "opening": asdict(verdict.opening),
        "winner": verdict.winner,
        "uniform": verdict.uniform,
        "items": verdict.items,
        "units": verdict.units,
        "best_parent": verdict.best_parent,
        "best_parent_name": verdict.best,
        "difference": verdict.difference,
        "interval": None if verdict.interval is None else [*verdict.interval],
        "p_value": verdict.p_value,
        "level": verdict.level,
        "scores": {label: asdict(scores) for label, scores in verdict.scores.items()},
        "comparisons": {label: _against(one) for label, one in verdict.comparisons.items()},
        "floors": {
            task: {"against": floor.against, **asdict(floor.result)}
            for task, floor in verdict.floors.items()
        },
        "finalist": verdict.finalist,
        "selection": asdict(verdict.choice),
        **_constitution(verdict),
    }


def verdict_from_json(plain: Plain) -> AnyVerdict:
    """The verdict that JSON values stand for.

    Raises:
        KeyError: it is none.
    """
    if "selection" not in plain:
        return EarlierVerdict(
            outcome=plain["verdict"],
            winner=plain["winner"],
            best_parent=plain["best_parent"],
            best=plain["best_parent_name"],
            items=plain["items"],
            difference=plain["difference"],
            p_value=plain["p_value"],
            recorded=plain,
        )
    opening = plain["opening"]
    return Verdict(
        Opening(**{**opening, "looks": _looks(opening["looks"])}),
        {label: SealedScores(**scores) for label, scores in plain["scores"].items()},
        {label: _to_against(one) for label, one in plain["comparisons"].items()},
        plain["p_value"],
        plain["best_parent_name"],
        {task: _to_floor(floor) for task, floor in plain["floors"].items()},
        tuple(Flag(**flag) for flag in plain["flags"]),
        tuple(plain["reasons"]),
        plain["finalist"],
        _to_choice(plain["selection"]),
        constitution_from_json(plain["constitution"]) if "constitution" in plain else None,
    )


def _constitution(verdict: Verdict) -> dict[str, Any]:
    """The test of it; nothing where there was none."""
    test = verdict.constitution
    return {} if test is None else {"constitution": constitution_to_json(test)}


def _against(against: Against) -> dict[str, Any]:
    lenient, corrected = against.lenient, against.corrected_tasks
    return {
        **_comparison(against.fitness),
        "p_corrected": against.corrected,
        "lenient": None if lenient is None else _comparison(lenient),
        "tasks": {
            task: {**_comparison(comparison), "p_corrected": corrected[task]}
            for task, comparison in against.tasks.items()
        },
    }


def _to_against(plain: Plain) -> Against:
    lenient = plain["lenient"]
    return Against(
        _to_comparison(plain),
        plain["p_corrected"],
        {task: _to_comparison(one) for task, one in plain["tasks"].items()},
        {task: one["p_corrected"] for task, one in plain["tasks"].items()},
        None if lenient is None else _to_comparison(lenient),
    )


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {**asdict(comparison), "interval": [*comparison.interval]}


def _to_comparison(plain: Plain) -> Comparison:
    low, high = plain["interval"]
    return Comparison(
        difference=plain["difference"],
        interval=(low, high),
        level=plain["level"],
        p_value=plain["p_value"],
        items=plain["items"],
        units=plain["units"],
        error=plain["error"],
    )


def _to_floor(plain: Plain) -> FloorTest:
    result = {name: value for name, value in plain.items() if name != "against"}
    return FloorTest(plain["against"], NonInferiority(**result))


def _looks(plain: Plain) -> Looks:
    return Looks(plain["most"], plain["items"], tuple(plain["where"]))


def _to_choice(plain: Plain) -> FinalistChoice:
    finalists = tuple(
        RankedFinalist(
            **{
                **one,
                "flags": tuple(Flag(**flag) for flag in one["flags"]),
                "goals": tuple(one.get("goals", ())),
            }
        )
        for one in plain["finalists"]
    )
    front = plain.get("front") and Front(
        **{name: _tupled(value) for name, value in plain["front"].items()}
    )
    return FinalistChoice(plain["curse"], plain["curse_error"], plain["drift"], finalists, front)


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
