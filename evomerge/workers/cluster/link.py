"""A line to Ray that outlives the processes that hold it."""

from __future__ import annotations

import contextlib
import math
import os
import time
from pathlib import Path

from evomerge.errors import EvomergeError, UserError
from evomerge.workers.cluster.gateway import SILENT_S, Gateway
from evomerge.workers.cluster.messages import (
    IF_IT_ASKS,
    ClientGone,
    Connect,
    Connected,
    Counted,
    OpenParents,
    Order,
    ParentsTaken,
    Refused,
    Report,
    ShareRequests,
)
from evomerge.workers.protocol import Present

JOIN_S = 30.0
"""How long a cluster may take to answer at an address. One that runs answers in a second."""
START_S = 120.0
"""How long Ray may take to start here: 4 to 12 seconds, or some times that on a busy machine."""
PAUSE_S = 2.0
"""Between a process that has ended and the next."""


class Link:
    """Orders out, reports in.

    Args:
        order: which cluster, and how many workers.
    """

    def __init__(self, order: Connect) -> None:
        self._order = order
        self._gateway: Gateway | None = None
        self._connected = False
        self._not_before = 0.0
        self.present = Present(0)
        """The actors that there are, by what was heard last."""
        self.parents: OpenParents | None = None
        """What they read."""
        self._requests: list[ShareRequests] = []
        self._untaken = 0
        """How often it was told to open parents, and has not yet heard that."""

    @property
    def started(self) -> bool:
        """Whether it is between start and stop."""
        return self._gateway is not None

    @property
    def _limit_s(self) -> float:
        return START_S if self._order.address is None else JOIN_S

    def start(self) -> None:
        """Start the process that talks to Ray, unless there is one."""
        if self._gateway is None:
            self._gateway, self._connected = Gateway(self._order), False

    def connect(self) -> None:
        """Wait until it has a cluster.

        Raises:
            UserError: it cannot have one, as the user can mend.
            EvomergeError: it has ended.
        """
        assert self._gateway is not None
        limit_s = self._limit_s
        until = time.monotonic() + limit_s
        try:
            while not self._connected:
                said = self._gateway.poll(max(0.0, until - time.monotonic()), math.inf)
                if isinstance(said, Refused):
                    raise UserError(said.why)
                self._connected = isinstance(said, Connected)
                if said is None and time.monotonic() >= until:
                    raise self._nobody(limit_s)
        except BaseException as error:
            ended = isinstance(error, EOFError)
            words = self._gateway.last_words
            self.stop(patience_s=0.0)
            if ended:
                raise EvomergeError(
                    f"Ray did not start: {words or 'it ended without a word'}"
                ) from None
            raise

    def _nobody(self, limit_s: float) -> EvomergeError:
        """What is to be said where nobody answers."""
        address = self._order.address
        if address is None:
            return EvomergeError(f"Ray did not start here within {limit_s:g} s")
        named = ""
        if address == "auto":
            file = Path(os.environ.get("RAY_TMPDIR", "/tmp"), "ray", "ray_current_cluster")  # noqa: S108 - Ray's own place
            with contextlib.suppress(OSError):
                named = f" ({file} names {file.read_text().strip()})"
        return UserError(
            f"Ray at {address}{named}: nobody has answered for {limit_s:g} s; give the address of "
            "a cluster that runs (--ray, RAY_ADDRESS), or none to start Ray here; "
            f"{IF_IT_ASKS}"
        )

    def stop(self, **patience: float) -> None:
        """End the process, its actors, and the cluster if it is its own."""
        if self._gateway is not None:
            self._gateway.close(**patience)
        self._gateway, self.parents, self._untaken = None, None, 0
        self._requests.clear()

    def open(self, order: OpenParents) -> None:
        """Have workers open parents; until they have there is none."""
        self.present = Present(0)
        self.parents = order
        self._requests.clear()
        self.send(order)

    def share(self, requests: bytes) -> int:
        """Have workers know requests by a number."""
        order = ShareRequests(len(self._requests), requests)
        self._requests.append(order)
        self.send(order)
        return order.number

    def send(self, order: Order) -> None:
        """Say something; what the next process needs to know is said again."""
        if self._gateway is not None and self._connected:
            self._untaken += isinstance(order, OpenParents)
            self._gateway.send(order)

    def hear(self, timeout_s: float) -> Report | None:
        """What is said next; None where nothing is for a while.

        Where the process has ended another one is started, by and by.
        """
        if self._gateway is None:
            time.sleep(min(timeout_s, max(0.0, self._not_before - time.monotonic())))
            if time.monotonic() >= self._not_before:
                self.start()
            return None
        try:
            silent_s = SILENT_S if self._connected else self._limit_s
            said = self._gateway.poll(timeout_s, silent_s)
        except EOFError:
            return self._gone("Ray's client has ended")
        if isinstance(said, Refused):
            return self._gone(said.why)
        if isinstance(said, ParentsTaken):
            self._untaken -= 1
        elif self._untaken and said is not None:
            return None  # about the parents before
        if isinstance(said, Counted):
            self.present = Present(said.count, said.trouble)
        if isinstance(said, Connected):
            self._connected = True
            if self.parents is not None:
                self.send(self.parents)
            for order in self._requests:
                self.send(order)
        return said

    def _gone(self, why: str) -> ClientGone:
        assert self._gateway is not None
        words = self._gateway.last_words
        self._gateway.close(patience_s=0.0)
        self._untaken = 0
        self._gateway, self._not_before = None, time.monotonic() + PAUSE_S
        why = f"{why}: {words}" if words and words not in why else why
        self.present = Present(0, why)
        return ClientGone(why)
