"""A forked process that answers one job after the other, on the connection of its worker."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from evomerge.weights import Parent
from evomerge.workers.actor import Actor
from evomerge.workers.cluster.messages import BeginJob, ShareRequests
from evomerge.workers.forks.messages import AreYouThere, ForkedChild, ForkRequest, JobRaised

NOTHING = pickle.dumps(None)
"""What is said by one that has all that it needs."""


def become(
    request: ForkRequest, connection: Connection, opened: tuple[Mapping[str, Parent], Any]
) -> NoReturn:
    """Make this process a worker's, which answers until nobody can ask any more, and ends.

    Args:
        opened: the parents by name, and their tokenizer.
    """
    code = 1
    try:
        _serve(request, connection, *opened)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else code
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        os._exit(code)


def _serve(
    request: ForkRequest, connection: Connection, parents: Mapping[str, Parent], tokenizer: Any
) -> None:
    connection.send(ForkedChild(os.getpid()))
    os.environ.clear()
    os.environ.update(request.environment)
    sys.path[:] = request.path
    os.chdir(request.folder)
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(f"evomerge {request.name}")  # for ps and top
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(connection, inbox), daemon=True).start()
    actor = Actor(request.engine, request.cores, request.device, request.name, request.gpus)
    if request.run_dir:
        actor.log_to(Path(request.run_dir), Path(request.elsewhere) if request.elsewhere else None)
    connection.send(actor.open(parents, tokenizer))
    _work(actor, connection, inbox)


def _work(actor: Actor, connection: Connection, inbox: queue.SimpleQueue[Any]) -> None:
    requests: tuple[int, Any] = (-1, ())
    while True:
        match inbox.get():
            case ShareRequests(number, shared):
                requests = number, pickle.loads(shared)  # noqa: S301 - of the driver
            case BeginJob() as job:
                assert job.requests == requests[0]
                connection.send(_answer(actor, job, requests[1]))


def _answer(actor: Actor, job: BeginJob, requests: Any) -> bytes | JobRaised:
    try:
        parts = job.key, job.recipe, requests, job.chosen, job.digest, job.training
        return actor.evaluate(*parts)
    except Exception as error:
        traceback.print_exc()
        return JobRaised("".join(traceback.format_exception_only(error)).strip())


def _read(connection: Connection, inbox: queue.SimpleQueue[Any]) -> None:
    """Take what is said to the thread that works; end the process when its worker has ended."""
    try:
        while True:
            said = connection.recv()
            if isinstance(said, AreYouThere):
                connection.send(said)  # nothing else is said meanwhile: it is asked of idle ones
            else:
                inbox.put(said)
    finally:
        os._exit(0)
