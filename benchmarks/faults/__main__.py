"""Plants each fault and prints what became of it.

    python -m benchmarks.faults

Each fault goes through a whole run: a real task file, its items split, a search, a choice by
validation, a promotion on sealed items, a winner written. What the models say is made up from the
items' own right answers. Beside each fault stands an honest candidate, which must be promoted and
not flagged.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from benchmarks.faults import FAULTS
from benchmarks.faults.planted import Outcome


def given_away(outcome: Outcome) -> str:
    """What shows that something is wrong: flags, or why it is refused or failed."""
    told = dict.fromkeys(map(_shortened, outcome.reasons))
    return ", ".join([*sorted(outcome.flags), *told]) or _shortened(outcome.failure)


def _shortened(reason: str) -> str:
    """Its beginning, with names of folders in place of their paths."""
    beginning = re.split(r": | \(| grades", reason)[0]
    return re.sub(r"/\S*/", "", beginning)


def main() -> None:
    """Print a table."""
    print("| fault | candidate | best parent | verdict | given away by | honest candidate |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for number, fault in enumerate(FAULTS):
            here = Path(folder) / str(number)
            bad, good = fault.plant(here / "bad"), fault.leave_out(here / "good")
            cells = [
                fault.name,
                f"{bad.winner:.2f}",
                f"{bad.best_parent:.2f}",
                bad.verdict,
                given_away(bad),
                good.verdict + "".join(f", flagged: {flag}" for flag in sorted(good.flags)),
            ]
            print("|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
