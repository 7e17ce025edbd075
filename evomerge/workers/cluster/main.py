"""The process that talks to Ray: `python -m evomerge.workers.cluster.main DESCRIPTOR FOLDER`.

It does what the driver orders, and ends when the driver does, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection

import ray

from evomerge.workers.cluster.connecting import connect
from evomerge.workers.cluster.crew import Crew
from evomerge.workers.cluster.messages import (
    Alive,
    BeginJob,
    Connect,
    Connected,
    EndWorker,
    Measured,
    OpenParents,
    Order,
    Refused,
    ShareRequests,
)
from evomerge.workers.cluster.metrics import Metrics
from evomerge.workers.cluster.process import FORKS
from evomerge.workers.forks.connecting import ForkServerLink

BEAT_S = 1.0
"""How often the driver hears that this process is alive."""
LOOK_S = 5.0
"""How often it is looked which nodes there are."""
LEAVE_S = 8.0
"""How long Ray may take to end; then all that it has started here is killed."""

_Served = tuple[Crew, Metrics]


class _Left(Exception):
    """The driver has gone."""


def main(descriptor: int, folder: str) -> None:
    """Follow the driver's orders until it goes.

    Args:
        folder: of this process and what it starts, which ends with them.
    """
    with Connection(descriptor) as driver:
        inbox: queue.Queue[Callable[[], None]] = queue.Queue()
        order = driver.recv()
        assert isinstance(order, Connect)
        served: list[_Served] = []
        reader = threading.Thread(target=_read, args=(driver, inbox, served, folder), daemon=True)
        reader.start()
        server = ForkServerLink(order.session)
        if order.address is None and FORKS:
            server.start()  # while Ray starts: the workers will be on this machine
        if (why := connect(order)) is not None:
            driver.send(Refused(why))
            return
        driver.send(Connected())
        served.append((Crew(order, inbox.put, driver.send), Metrics()))
        with contextlib.suppress(_Left, OSError):
            _work(*served[0], driver, inbox)
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


def _work(
    crew: Crew, metrics: Metrics, driver: Connection, inbox: queue.Queue[Callable[[], None]]
) -> None:
    beat = looked = time.monotonic()
    while True:
        with contextlib.suppress(queue.Empty):
            inbox.get(timeout=BEAT_S / 4)()
        now = time.monotonic()
        if now - beat > BEAT_S:
            driver.send(Alive())
            metrics.count(crew.members)
            beat = now
        if now - looked > LOOK_S:
            crew.look_around()
            looked = now


def _read(
    driver: Connection, inbox: queue.Queue[Callable[[], None]], served: list[_Served], folder: str
) -> None:
    """Take orders to the thread that follows them; see to it that this process ends in the end."""
    try:
        while True:
            order = driver.recv()
            inbox.put(partial(_follow, served, order))
    except (EOFError, OSError):
        inbox.put(_leave)
        time.sleep(LEAVE_S)
        shutil.rmtree(folder, ignore_errors=True)
        os.killpg(0, signal.SIGKILL)


def _follow(served: list[_Served], order: Order) -> None:
    ((crew, metrics),) = served
    match order:
        case OpenParents():
            crew.open(order)
        case ShareRequests():
            crew.share(order)
        case BeginJob():
            crew.begin(order)
        case EndWorker(key):
            crew.end(key)
        case Measured():
            metrics.take(order)


def _leave() -> None:
    raise _Left


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
