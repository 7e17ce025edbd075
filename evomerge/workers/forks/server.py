"""The fork server of a node: `python -m evomerge.workers.forks.server NAME`.

One process imports what a worker needs and opens the parents, and is forked for each worker: a
fork takes milliseconds, and shares all that it does not change. It listens on a socket that is no
file, so none is left behind, and ends soon after those who started it and all its children have.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NoReturn

from evomerge.workers.forks.connecting import address, is_ours, patient
from evomerge.workers.forks.messages import ForkRequest, HowEnded

if TYPE_CHECKING:
    from evomerge.workers.forks.opened import OpenedParents

IMPORTED = (
    "transformers",
    "evomerge.workers.forks.child",
    "evomerge.merge.kernels.cpu",
    "evomerge.engine.registry",
)
"""What every worker imports by and by, none of which may start a thread or touch a GPU."""
LINGER_S = 3.0
"""How long it stays without children, or anyone who started it: another child may be asked for."""


@dataclass(frozen=True)
class Forked:
    """A child that lives."""

    process: int
    end: int
    """A descriptor that can be read once the child has ended."""
    connection: socket.socket
    """The one that it answers on. Whoever asked for it sees it closed only after this server has
    closed it too, and then its status is known."""


class ForkServer:
    """Listens, forks, and waits for children.

    Args:
        listener: a bound socket.
        opened: parents, none yet.
        starter: a pipe that is closed when whoever started this has ended.
    """

    def __init__(self, listener: socket.socket, opened: OpenedParents, starter: int) -> None:
        self._listener, self._starter = listener, starter
        self._has_starter = True
        self._children: dict[int, Forked] = {}
        """By each of their two descriptors."""
        self._ends: dict[int, int] = {}
        self._opened = opened
        self._poll = select.poll()
        self._poll.register(listener, select.POLLIN)
        self._poll.register(starter, 0)

    def serve(self) -> None:
        """Do what is asked until nobody can ask any more."""
        needed = time.monotonic()
        while time.monotonic() - needed < LINGER_S:
            for descriptor, _ in self._poll.poll(LINGER_S * 1000 / 4):
                self._see_to(descriptor)
            if self._has_starter or self._children:
                needed = time.monotonic()

    def _see_to(self, descriptor: int) -> None:
        if descriptor == self._listener.fileno():
            self._accept()
        elif descriptor == self._starter:
            self._poll.unregister(descriptor)
            self._has_starter = False
        elif (child := self._children.get(descriptor)) is not None:
            if descriptor == child.end:
                self._bury(child)
            else:  # nobody hears it any more; it may hang
                os.kill(child.process, signal.SIGKILL)
                self._poll.unregister(descriptor)

    def _bury(self, child: Forked) -> None:
        _, self._ends[child.process] = os.waitpid(child.process, 0)
        with contextlib.suppress(KeyError):
            self._poll.unregister(child.connection)
        self._poll.unregister(child.end)
        del self._children[child.end], self._children[child.connection.fileno()]
        os.close(child.end)
        child.connection.close()

    def _accept(self) -> None:
        asker, _ = self._listener.accept()
        if not is_ours(asker):
            asker.close()
            return
        patient(asker)
        connection = Connection(os.dup(asker.fileno()))
        with connection, asker:
            try:
                match connection.recv():
                    case HowEnded(process):
                        connection.send(self._ends.pop(process, None))
                    case ForkRequest() as request:
                        self._fork(request, connection, asker)
            except Exception:
                traceback.print_exc()  # who asked hears that the connection is closed

    def _fork(self, request: ForkRequest, connection: Connection, asker: socket.socket) -> None:
        """Fork a child for a request, or say why that cannot be."""
        opened = self._opened.open_for(request)
        if not isinstance(opened, tuple):
            connection.send(opened)
            return
        gc.collect()
        gc.freeze()  # else a child's first collection would write to all that it shares
        process = os.fork()
        if not process:
            self._become_child(request, connection, opened)
        kept = asker.dup()
        child = Forked(process, os.pidfd_open(process), kept)
        self._children |= {child.end: child, kept.fileno(): child}
        self._poll.register(child.end, select.POLLIN)
        self._poll.register(kept, select.POLLRDHUP)

    def _become_child(self, request: ForkRequest, connection: Connection, opened: Any) -> NoReturn:
        """Answer jobs, and end; nothing of the server goes on in a child."""
        from evomerge.workers.forks.child import become

        self._listener.close()
        for child in {*self._children.values()}:
            os.close(child.end)
            child.connection.close()
        os.dup2(os.open(os.devnull, os.O_RDONLY), self._starter)
        patient(connection, None)
        become(request, connection, opened)


def main(name: str) -> None:
    """Serve under a name; end at once where another serves under it."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(address(name))
    except OSError:
        return
    if os.fork():
        os._exit(0)  # so that it is nobody's child, and does not end with one that started it
    listener.listen(128)
    faulthandler.enable()
    for module in IMPORTED:
        importlib.import_module(module)
    from evomerge.workers.forks.opened import OpenedParents

    ForkServer(listener, OpenedParents(), sys.stdin.fileno()).serve()


if __name__ == "__main__":
    main(sys.argv[1])
