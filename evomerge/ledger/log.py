"""Records in a ledger's log that SQLite does not get to, since something before them is damaged.

SQLite takes the first page that is not whole for the end of the log. That is right of a transaction
that was under way; if there are whole ones behind it, they are lost in silence.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from evomerge.ledger.pages import rows_in_log

LOOKS = 5
"""How often such records are looked for: what another process is just writing stands in the log a
moment before SQLite finds it."""
LOOK_S = 0.1
"""Between two looks."""


def last_before_damage(path: Path, last_number: Callable[[], int | None]) -> int | None:
    """The last record before damage in the log; None where there is none.

    To be asked before the ledger is opened to be written, which would empty the log.

    Args:
        last_number: gives the number of the last record that SQLite finds; None where there is no
            log.
    """
    for _ in range(LOOKS):
        last = last_number()
        if last is None or not any(True for _ in rows_in_log(path, last)):
            return None
        time.sleep(LOOK_S)
    return last
