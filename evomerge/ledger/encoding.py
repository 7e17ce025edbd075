"""How each kind of record is written: a tag, and JSON, compressed where that makes it smaller."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json

from evomerge.ledger import approvals, audited, cycles, events, finalists, watched
from evomerge.ledger.history import Asked, Told
from evomerge.ledger.made import ItemsMade, WritingBegan
from evomerge.ledger.numbering import ItemNumbers
from evomerge.ledger.part import Part, PartAhead
from evomerge.ledger.record import Fact
from evomerge.ledger.score_columns import ScoreColumns
from evomerge.ledger.trained import AdapterTrained, TrainingBegan, TrainingFailed, TrainingWent
from evomerge.ledger.trial import Cost, State, Trial
from evomerge.ledger.worker_time import WorkersTimed
from evomerge.redaction import without_secrets

KINDS: dict[str, type[Any]] = {
    "run": events.RunBegan,
    "session": events.SessionBegan,
    "forced": events.Forced,
    "baselines": events.BaselinesNamed,
    "shipped": events.ShippedNamed,
    "cautions": events.Cautioned,
    "anyway": events.SearchedAnyway,
    "asked": Asked,
    "items": events.ItemsNumbered,
    "questions": events.QuestionsWorded,
    "part": Part,
    "part_ahead": PartAhead,
    "trial": Trial,
    "told": Told,
    "cycle_ended": cycles.CycleEnded,
    "cycle_judged": cycles.CycleJudged,
    "winner": finalists.WinnerChosen,
    "opened": events.ItemsOpened,
    "budget_raised": events.BudgetRaised,
    "finished": events.Finished,
    "finalist_tested": events.FinalistTested,
    "explained": finalists.WinnerExplained,
    "stopped": events.RunStopped,
    "failed": events.RunFailed,
    "upgraded": events.Upgraded,
    "repaired": events.Repaired,
    "workers_timed": WorkersTimed,
    "training_began": TrainingBegan,
    "training_went": TrainingWent,
    "adapter_trained": AdapterTrained,
    "training_failed": TrainingFailed,
    "writing_began": WritingBegan,
    "items_made": ItemsMade,
    "evaluator": approvals.EvaluatorHashed,
    "evaluator_changed": approvals.EvaluatorChanged,
    "quarantined": approvals.WinnerQuarantined,
    "signed": approvals.WinnerSigned,
    "let_out": approvals.WinnerLetOut,
    "baselines_watched": watched.BaselinesWatched,
    "generation_watched": watched.GenerationWatched,
    "rail_decided": watched.RailDecided,
    "rail_overridden": watched.RailOverridden,
    "judge_measured": audited.JudgeMeasured,
    "probes_audited": audited.ProbesAudited,
    "answers_corrected": audited.AnswersCorrected,
}
"""The class of each tag. A tag never changes its meaning: the schema's version would."""

TAGS = {kind: tag for tag, kind in KINDS.items()}

_adapters: dict[type[Any], TypeAdapter[Any]] = {}

SMALL = 200
"""Bytes up to which compressing gains nothing."""
LEVEL = 1
"""Of zlib: of 136 scores, 6 saves a twentieth more and takes three times as long."""


def encode(what: Fact, numbers: ItemNumbers) -> tuple[str, bytes]:
    """The tag and the bytes of a record.

    Args:
        numbers: of the items; those that have none are given some.
    """
    if isinstance(what, Part):
        plain = _from_part(what, numbers)
    elif isinstance(what, PartAhead):
        plain = {**_from_part(what.part, numbers), "prompts": what.prompts}
    elif isinstance(what, Trial):
        plain = _adapter(Trial).dump_python(what, exclude={"scores"})
    else:
        plain = _adapter(type(what)).dump_python(what)
    if plain.get("reason"):  # it may be another library's words
        plain = {**plain, "reason": without_secrets(plain["reason"])}
    data = json.dumps(plain, separators=(",", ":")).encode()
    return TAGS[type(what)], zlib.compress(data, LEVEL) if len(data) > SMALL else data


def decode(tag: str, data: bytes, numbers: ItemNumbers, *, with_scores: bool = True) -> Fact:
    """What a record holds.

    Args:
        with_scores: of parts; without, they have neither scores nor answers.

    Raises:
        ValueError, KeyError, TypeError: it is none of the kinds, or says something else than they
            do.
    """
    plain = _loads(data if data[:1] == b"{" else zlib.decompress(data))
    if tag == "part":
        return _to_part(plain, numbers, with_scores)
    if tag == "part_ahead":
        return PartAhead(_to_part(plain, numbers, with_scores), plain["prompts"])
    what: Fact = _adapter(KINDS[tag]).validate_python(plain)
    return what


def _loads(text: bytes) -> Any:
    """JSON values, in a third of the time that the standard library takes."""
    try:
        return from_json(text)
    except ValueError:  # half a pair of surrogates, which a model may write
        return json.loads(text)


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """What checks and converts the fields of a class; made when first needed."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def _from_part(part: Part, numbers: ItemNumbers) -> Mapping[str, Any]:
    """A part by columns: of items most have the same weight, and many the same score."""
    columns = ScoreColumns.of(part.scores, numbers)
    return {
        "digest": part.digest,
        "split": part.split,
        "state": part.state,
        "reason": part.reason,
        "cost": _from_cost(part.cost),
        "worker": part.worker,
        "audit": part.audit,
        "items": columns.numbers,
        "values": columns.values,
        "weights": columns.weights,
        "answered": numbers.numbers_of(part.answers),
        "answers": [*part.answers.values()],
    }


def _from_cost(cost: Cost) -> list[float]:
    """In the order of its fields, without energy where that is unknown."""
    plain = [cost.merge_s, cost.forward_s, cost.other_s, cost.tokens]
    return plain if cost.energy_j is None else [*plain, cost.energy_j]


def _to_part(plain: Mapping[str, Any], numbers: ItemNumbers, with_scores: bool) -> Part:
    part = Part(
        plain["digest"],
        plain["split"],
        State(plain["state"]),
        plain["reason"],
        cost=Cost(*plain["cost"]),
        worker=plain["worker"],
        audit=plain["audit"],
    )
    if not with_scores:
        return part
    scores = ScoreColumns(plain["items"], plain["values"], plain["weights"], numbers)
    answers = zip(map(numbers.key, plain["answered"]), plain["answers"], strict=True)
    return replace(part, scores=scores, answers=dict(answers))
