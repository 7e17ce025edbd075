"""A session of a run, told to trackers from its beginning to its end."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evomerge.ledger import Ledger, Record, RunBegan
from evomerge.redaction import without_secrets
from evomerge.report.view import RunState
from evomerge.trackers.feed import Feed
from evomerge.trackers.points import Points
from evomerge.trackers.tracker import TrackedRun, Tracker

FINISHED_S = 20.0
"""How long trackers of a finished run are waited for, such as for an upload."""
STOPPED_S = 2.0
"""The same of a run that was stopped: whoever stopped it waits for ten seconds at most."""


@contextlib.contextmanager
def tracking(ledger: Ledger, folder: Path, trackers: Mapping[str, Tracker]) -> Iterator[None]:
    """Tell trackers what is recorded meanwhile, and before that what was.

    Args:
        ledger: of a run that has begun.
        folder: of the run.
        trackers: by name.
    """
    if not trackers:
        yield
        return
    points = Points()
    past = [point for record in ledger.records() for point in points.take(record)]
    run = tracked_run(next(ledger.records(RunBegan)), folder)
    feeds = [Feed(name, tracker, run, past) for name, tracker in trackers.items()]

    def tell(record: Record) -> None:
        for point in points.take(record):
            for feed in feeds:
                feed.put(point)

    ledger.watch(tell, past=False)
    try:
        yield
    finally:
        end = points.end
        limit_s = FINISHED_S if end.state is RunState.FINISHED else STOPPED_S
        until = time.monotonic() + limit_s
        for feed in feeds:
            feed.end(end)
        for feed in feeds:
            feed.wait(until)


def tracked_run(began: Record, folder: Path) -> TrackedRun:
    """A run as trackers know it.

    Args:
        began: the record of its beginning.
    """
    facts = began.what.facts if isinstance(began.what, RunBegan) else {}
    named = f"{facts.get('digest')} {began.time!r}"
    return TrackedRun(
        hashlib.sha256(named.encode()).hexdigest()[:16],
        without_secrets(folder.resolve().name),
        folder,
        _redacted(facts.get("recipe") or {}),
    )


def _redacted(plain: Any) -> Any:
    """JSON values without secrets, in keys as well."""
    if isinstance(plain, Mapping):
        return {without_secrets(key): _redacted(value) for key, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [_redacted(value) for value in plain]
    return without_secrets(plain) if isinstance(plain, str) else plain
