"""The checks' process: the task's own text, which meets the answer in plain values alone.

What an answer does to its own interpreter, from a tracing function to a search through memory,
happens in another process. Of an object that is no plain value there is a stand-in here, which is
equal to none but another of the answer's, and has neither arithmetic nor order; whether it holds a
value is seen by going through it. An object that says it equals everything, or holds it, is not
believed.
"""

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from evomerge.score.judges.sandbox.answering import MESSAGE_BYTES
from evomerge.score.judges.sandbox.channel import Channel, Gone, Reference, Socket


class StandIn(Reference):
    """An object of the answer's: it is called, looked into and gone through where it is."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it."""
        return self._channel.ask("call", self, arguments, named)

    def __getattr__(self, name: str) -> Any:
        """An attribute of it."""
        return self._channel.ask("attribute", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute of it."""
        if name in ("_channel", "_number"):
            object.__setattr__(self, name, value)
        else:
            self._channel.ask("set", self, name, value)

    def __iter__(self) -> Iterator[Any]:
        """Go through it."""
        iterator = self._channel.ask("iterator", self)
        return iterator if isinstance(iterator, StandIn) else iter(iterator)

    def __next__(self) -> Any:
        """What it gives next."""
        return self._channel.ask("next", self)

    def __len__(self) -> int:
        """Its length."""
        return int(self._channel.ask("length", self))

    def __getitem__(self, key: Any) -> Any:
        """An item of it."""
        return self._channel.ask("item", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Set an item of it."""
        self._channel.ask("put", self, key, value)

    def __bool__(self) -> bool:
        """Whether it says that it is true."""
        return self._channel.ask("truth", self) is True

    def __str__(self) -> str:
        """Its text."""
        return str(self._channel.ask("text", self))

    def __eq__(self, other: object) -> bool:
        """Whether it equals another of the answer's; it equals no value."""
        return isinstance(other, StandIn) and self._channel.ask("equal", self, other) is True

    __hash__ = object.__hash__

    def __instancecheck__(self, value: Any) -> bool:
        """Whether a value is of the class that it is."""
        return self._channel.ask("instance", self, value) is True


class Globals(dict[str, Any]):
    """The names of the checks; those that they do not have themselves are the answer's.

    Args:
        of_answer: names that Python has too, and that the checks mean the answer's by.
    """

    def __init__(self, channel: Channel, of_answer: frozenset[str]) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._channel, self._of_answer = channel, of_answer

    def __missing__(self, name: str) -> Any:
        """What the answer calls so, unless Python does."""
        if name in vars(builtins) and name not in self._of_answer:
            raise KeyError(name)
        return self._channel.ask("name", name)


class Main(ModuleType):
    """The checks as `__main__`, where unittest looks for its tests."""

    def __init__(self, names: Globals) -> None:
        super().__init__("__main__")
        self._names = names

    def __getattr__(self, name: str) -> Any:
        """What a name of the checks stands for."""
        try:
            return dict.__getitem__(self._names, name)
        except KeyError:
            raise AttributeError(name) from None

    def __dir__(self) -> list[str]:
        """The names of the checks."""
        return [*self._names]


def check(socket: Socket, text: bytes, process: int, tell: Callable[[bytes], object]) -> None:
    """Run the checks on an answer, and tell how that ended.

    Args:
        text: names that the checks mean the answer's by, with commas between; a line break; the
            checks.
        process: the answer's.
        tell: told "=" if they reached their end, "e" and what was raised, or "x" and the status
            with which the answer's process ended.
    """
    channel = Channel(socket, StandIn, _call, callable)
    named, _, source = text.partition(b"\n")
    try:
        message = channel.receive()
        if message[0] == "failed":
            tell(b"e" + message[1])
            return
        names = Globals(channel, frozenset(named.decode().split(",")))
        sys.modules["__main__"], sys.argv = Main(names), ["checks"]
        exec(compile(source, "checks", "exec", dont_inherit=True), names)  # noqa: S102
    except Gone:
        tell(b"x%d" % os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
    except BaseException as error:
        told = f"{type(error).__name__}: {error}".encode(errors="replace")
        tell(b"e" + told[:MESSAGE_BYTES])
    else:
        tell(b"=")


def _call(operation: str, *asked: Any) -> Any:
    """Nothing can be asked of the checks but to call a function that they handed over."""
    if operation != "call":
        raise TypeError(f"{operation} is not asked of checks")
    function, arguments, named = asked
    return function(*arguments, **named)
