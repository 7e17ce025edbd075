"""Commands that look after the ledgers of runs."""

from __future__ import annotations

import sys

from evomerge.cli.command import command
from evomerge.cli.options import RunFolder


@command
def upgrade(run_dir: RunFolder) -> None:
    """Bring the ledger of a run that an earlier version made up to this one."""
    from evomerge.ledger import upgrade as upgrade_ledger

    kept = upgrade_ledger(run_dir)
    if kept is None:
        print(f"{run_dir}: nothing to do, its ledger is of this version", file=sys.stderr)
    else:
        print(f"{run_dir}: upgraded; the ledger as it was is {kept}", file=sys.stderr)


@command
def repair(run_dir: RunFolder) -> None:
    """Bring back what is whole of a run's damaged ledger; what is lost is done again on resume."""
    from evomerge.ledger import repair as repair_ledger

    recovered = repair_ledger(run_dir)
    if recovered is None:
        print(f"{run_dir}: nothing to do, its ledger is whole", file=sys.stderr)
        return
    lost = sum(last - first + 1 for first, last in recovered.lost)
    print(
        f"{run_dir}: {recovered.records} records are whole, {lost} between them are lost, and "
        f"whatever came after the last; the damaged ledger is {recovered.kept}\n"
        f"go on with: evomerge resume {run_dir}",
        file=sys.stderr,
    )
