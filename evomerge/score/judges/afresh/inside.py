"""The inside of a second judgement: another world around the user's function, and its grades.

Run as a module by `evomerge.score.judges.afresh.process`. Standard input holds the work, pickled;
standard output gets a JSON object with `scores`, or with the `error` that ended it. The only
argument is a descriptor that closes when the process that asked is gone.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from evomerge.errors import EvomergeError
from evomerge.score.judges.afresh.clock import BACK, SEED, Clock
from evomerge.score.judges.function import Function


def main() -> None:
    """Judge what standard input holds, and end at once."""
    channel = os.dup(1)
    os.dup2(2, 1)  # stdout is for data: what the function prints goes to stderr
    threading.Thread(target=_end_with, args=(int(sys.argv[1]),), daemon=True).start()
    work = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the process that started us
    result: dict[str, object]
    try:
        result = {"scores": _judge(*work)}
    except EvomergeError as error:
        result = {"error": str(error)}
    with os.fdopen(channel, "w") as stream:
        json.dump(result, stream)
    sys.stdout.flush()
    sys.stderr.flush()
    _end()


def _judge(
    where: str, sha256: str, docs: Sequence[Mapping[str, Any]], answers: Sequence[str]
) -> list[float]:
    with Clock() as clock:
        _change_counters(clock)
        random.seed(SEED)
        function = Function(where)
        if function.sha256 != sha256:
            raise EvomergeError(f"python {where}: its source is not what it was at the start")
        _seed_libraries()
        pairs = clock.between(zip(docs, answers, strict=True))
        return [score for doc, answer in pairs for score in function.scores([doc], [answer])]


def _change_counters(clock: Clock) -> None:
    """Move the clocks that :class:`Clock` leaves alone: here no other thread waits by them."""

    def moved(real: Callable[[], int]) -> dict[str, Callable[[], float]]:
        def now_ns() -> int:
            return real() + int(1e9 * (BACK.total_seconds() + clock.passed_s))

        return {real.__name__: now_ns, real.__name__.removesuffix("_ns"): lambda: now_ns() / 1e9}

    ctime, asctime = time.ctime, time.asctime
    vars(time).update(
        {
            **moved(time.monotonic_ns),
            **moved(time.perf_counter_ns),
            "ctime": lambda seconds=None: ctime(time.time() if seconds is None else seconds),
            "asctime": lambda when=None: asctime(time.localtime() if when is None else when),
        }
    )


def _seed_libraries() -> None:
    """Seed the generators of libraries that the function's module has imported."""
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed(SEED)
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(SEED)


def _end_with(lifeline: int) -> None:
    os.read(lifeline, 1)
    _end()


def _end() -> NoReturn:
    """Without waiting for threads and processes that the function has left behind."""
    os.killpg(0, signal.SIGKILL)
    raise AssertionError("a process outlived its end")


if __name__ == "__main__":
    main()
