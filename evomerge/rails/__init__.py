"""Rules that look at a run after each generation and let it go on, pause it, or stop it.

No torch here, no I/O and no clock: a rail is a function of what is on record. `rules` has one rail
a file.
"""

from evomerge.ledger import CanariesJudged
from evomerge.rails.decision import GO_ON, Action, Decision
from evomerge.rails.judging import Rulings, Settings, judge_all
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun, WriterJudged

__all__ = [
    "GO_ON",
    "Action",
    "CanariesJudged",
    "Decision",
    "Rail",
    "RailSettings",
    "Rulings",
    "Settings",
    "WatchedRun",
    "WriterJudged",
    "judge_all",
]
