"""The answer's process: it runs the answer, and does what the checks ask of the names it made."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any, NoReturn

from evomerge.score.judges.sandbox.channel import Channel, Gone, Reference, Socket

PROGRAM = "program.py"
MESSAGE_BYTES = 300
SEALED = b"s"
"""What this process says once it is sealed, before it runs the answer."""


class Callback(Reference):
    """A function of the checks, handed to the answer as an argument."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it."""
        return self._channel.ask("call", self, arguments, named)


def answer(socket: Socket) -> NoReturn:
    """Run the answer's program as `__main__`, then serve its checks until they end."""
    socket.sendall(SEALED)
    module = ModuleType("__main__")
    channel = Channel(socket, Callback, Operations(vars(module)).perform, lambda value: True)
    sys.modules["__main__"] = module
    sys.argv = [PROGRAM]
    try:
        with open(PROGRAM, "rb") as file:
            source = file.read()
        os.remove(PROGRAM)
        exec(compile(source, PROGRAM, "exec", dont_inherit=True), vars(module))  # noqa: S102
    except BaseException as error:
        text = f"{type(error).__name__}: {error}".encode(errors="replace")[:MESSAGE_BYTES]
        channel.send(("failed", text))
        os._exit(1)
    try:
        channel.send(("ran",))
        while True:
            channel.serve(channel.receive())
    except Gone:
        os._exit(0)


class Operations:
    """What the checks may ask of the answer's objects.

    Args:
        names: of the answer's module.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def perform(self, operation: str, *arguments: Any) -> Any:
        """Do it."""
        return getattr(self, f"_{operation}")(*arguments)

    def _name(self, name: str) -> Any:
        return self._names[name]

    def _call(self, function: Any, arguments: Any, named: Any) -> Any:
        return function(*arguments, **named)

    def _attribute(self, owner: Any, name: str) -> Any:
        return getattr(owner, name)

    def _set(self, owner: Any, name: str, value: Any) -> None:
        setattr(owner, name, value)

    def _iterator(self, owner: Any) -> Any:
        # An iterator of plain values would be copied to the end at once, or is a list's own.
        return iter(owner)

    def _next(self, owner: Any) -> Any:
        return next(owner)

    def _length(self, owner: Any) -> int:
        return len(owner)

    def _item(self, owner: Any, key: Any) -> Any:
        return owner[key]

    def _put(self, owner: Any, key: Any, value: Any) -> None:
        owner[key] = value

    def _truth(self, owner: Any) -> bool:
        return bool(owner)

    def _text(self, owner: Any) -> str:
        return str(owner)

    def _equal(self, owner: Any, other: Any) -> bool:
        return bool(owner == other)

    def _instance(self, kind: Any, value: Any) -> bool:
        return isinstance(value, kind)
