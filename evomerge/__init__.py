"""evomerge: find the best merge of fine-tuned models by evolution, and prove that it is better."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evomerge.approval.verification import Verification as Verification
    from evomerge.approval.verification import verify as verify
    from evomerge.drafting.drafting import Drafted as Drafted
    from evomerge.drafting.drafting import init as init
    from evomerge.drafting.request import DraftRequest as DraftRequest
    from evomerge.merge.merging import merge as merge
    from evomerge.permissions import Permissions as Permissions
    from evomerge.recipe import Recipe as Recipe
    from evomerge.recipe import load_recipe as load_recipe
    from evomerge.report.status import status as status
    from evomerge.report.verdict import Verdict as Verdict
    from evomerge.run.checks.check import check as check
    from evomerge.run.checks.checked import Checked as Checked
    from evomerge.run.commands import evolve as evolve
    from evomerge.run.commands import explain as explain
    from evomerge.run.commands import promote_finalist as promote_finalist
    from evomerge.run.commands import resume as resume
    from evomerge.run.cycle.search import Search as Search
    from evomerge.run.explaining.explanation import Explanation as Explanation
    from evomerge.run.folder.finished import Run as Run

__version__ = "0.2.0.dev0"

_HOMES = {
    "Checked": "evomerge.run.checks.checked",
    "DraftRequest": "evomerge.drafting.request",
    "Drafted": "evomerge.drafting.drafting",
    "Explanation": "evomerge.run.explaining.explanation",
    "Permissions": "evomerge.permissions",
    "Recipe": "evomerge.recipe",
    "Run": "evomerge.run.folder.finished",
    "Search": "evomerge.run.cycle.search",
    "Verdict": "evomerge.report.verdict",
    "Verification": "evomerge.approval.verification",
    "check": "evomerge.run.checks.check",
    "evolve": "evomerge.run.commands",
    "explain": "evomerge.run.commands",
    "init": "evomerge.drafting.drafting",
    "load_recipe": "evomerge.recipe",
    "promote_finalist": "evomerge.run.commands",
    "resume": "evomerge.run.commands",
    "status": "evomerge.report.status",
    "verify": "evomerge.approval.verification",
}
"""Where each exported name lives; imported when it is first used, since torch takes seconds."""

__all__ = ["__version__", "merge", *_HOMES]


def __getattr__(name: str) -> Any:
    if name == "merge":
        return importlib.import_module("evomerge.merge")
    if name not in _HOMES:
        raise AttributeError(f"module 'evomerge' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
