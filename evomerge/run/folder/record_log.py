"""What a session records, told to its log."""

from __future__ import annotations

import logging

from evomerge.ledger import (
    Cautioned,
    Forced,
    Part,
    RailDecided,
    RailOverridden,
    Record,
    RunFailed,
    RunStopped,
    State,
    Trial,
)

LOG = logging.getLogger(__name__)
LONGEST = 500
"""Characters of a record that are logged; all of it stands in the ledger."""


def log_record(record: Record) -> None:
    """Log a record of this session: failures and warnings as such, with their reasons."""
    if not record.is_live:
        return
    what = record.what
    if isinstance(what, Part | Trial):
        failed = what.state is State.FAILED
        cost, reason = what.cost, f": {what.reason}" if what.reason else ""
        LOG.log(
            logging.WARNING if failed else logging.INFO,
            f"record {record.number}: {type(what).__name__} {what.digest[:16]} on {what.split} "
            f"{what.state}{reason} (merging {cost.merge_s:.3f} s, forward passes "
            f"{cost.forward_s:.3f} s, other {cost.other_s:.3f} s, {cost.tokens} tokens)",
        )
        return
    told = isinstance(
        what, Cautioned | Forced | RunStopped | RunFailed | RailDecided | RailOverridden
    )
    level = logging.WARNING if told else logging.INFO
    LOG.log(level, "record %d: %s", record.number, f"{what!r}"[:LONGEST])
