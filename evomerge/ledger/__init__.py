"""The record of a run: what was asked, told, scored and decided, in one sequence. No torch here."""

from evomerge.ledger.audited import (
    PROBES,
    AnswersCorrected,
    Conduct,
    Correction,
    JudgeMeasured,
    ProbesAudited,
    ProbeVerdict,
)
from evomerge.ledger.cycles import CycleEnded, CycleJudged
from evomerge.ledger.events import (
    BaselinesNamed,
    BudgetRaised,
    Cautioned,
    Event,
    FinalistTested,
    Finished,
    Forced,
    ItemsNumbered,
    ItemsOpened,
    QuestionsWorded,
    RankedFinalist,
    Repaired,
    RunBegan,
    RunFailed,
    RunStopped,
    SearchedAnyway,
    SessionBegan,
    ShippedNamed,
    Upgraded,
    WinnerChosen,
    WinnerExplained,
)
from evomerge.ledger.flag import Flag
from evomerge.ledger.front import Front
from evomerge.ledger.history import Asked, Objective, Told
from evomerge.ledger.ledger import FILE, Ledger, Watcher
from evomerge.ledger.lock import LOCK, Lock, is_in_use
from evomerge.ledger.numbering import ItemNumbers
from evomerge.ledger.part import Part, PartAhead
from evomerge.ledger.record import Fact, Record
from evomerge.ledger.registry import NONE, Looks, Registry, registry_at
from evomerge.ledger.repair import repair
from evomerge.ledger.role import (
    PARENTS,
    RANDOM_SEARCH,
    SHIPPED,
    UNIFORM,
    WINNER,
    Model,
    Named,
    Role,
    labelled,
)
from evomerge.ledger.score import ItemKey, ItemScore, item_scores
from evomerge.ledger.score_columns import ScoreColumns
from evomerge.ledger.split import SEEN, Split
from evomerge.ledger.trial import Cost, Place, State, Trial
from evomerge.ledger.upgrade import upgrade
from evomerge.ledger.worded import Worded
from evomerge.ledger.worker_time import WorkersTimed, WorkerTime
from evomerge.ledger.yardstick import TaskMeasure, Yardstick

__all__ = [
    "FILE",
    "LOCK",
    "NONE",
    "PARENTS",
    "PROBES",
    "RANDOM_SEARCH",
    "SEEN",
    "SHIPPED",
    "UNIFORM",
    "WINNER",
    "AnswersCorrected",
    "Asked",
    "BaselinesNamed",
    "BudgetRaised",
    "Cautioned",
    "Conduct",
    "Correction",
    "Cost",
    "CycleEnded",
    "CycleJudged",
    "Event",
    "Fact",
    "FinalistTested",
    "Finished",
    "Flag",
    "Forced",
    "Front",
    "ItemKey",
    "ItemNumbers",
    "ItemScore",
    "ItemsNumbered",
    "ItemsOpened",
    "JudgeMeasured",
    "Ledger",
    "Lock",
    "Looks",
    "Model",
    "Named",
    "Objective",
    "Part",
    "PartAhead",
    "Place",
    "ProbeVerdict",
    "ProbesAudited",
    "QuestionsWorded",
    "RankedFinalist",
    "Record",
    "Registry",
    "Repaired",
    "Role",
    "RunBegan",
    "RunFailed",
    "RunStopped",
    "ScoreColumns",
    "SearchedAnyway",
    "SessionBegan",
    "ShippedNamed",
    "Split",
    "State",
    "TaskMeasure",
    "Told",
    "Trial",
    "Upgraded",
    "Watcher",
    "WinnerChosen",
    "WinnerExplained",
    "Worded",
    "WorkerTime",
    "WorkersTimed",
    "Yardstick",
    "is_in_use",
    "item_scores",
    "labelled",
    "registry_at",
    "repair",
    "upgrade",
]
