"""The line between an answer's process and the one that checks it: questions and plain values."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any, Protocol

from evomerge.score.judges.sandbox.plain import decode, encode

HEADER = 8
"""Bytes of a message's length."""
MUTABLE = (list, dict, set, bytearray)
"""Arguments whose content a call may change, as its caller then sees."""


class Socket(Protocol):
    """A connected stream. What is sent on one does not count as written to a file."""

    def sendall(self, data: bytes, /) -> None:
        """Send all of it."""
        ...

    def recv(self, size: int, /) -> bytes:
        """Up to so many bytes; none once the other end is gone."""
        ...


class Gone(BaseException):
    """The other process has ended, or says what can be no message."""


class Reference:
    """An object of the other process."""

    def __init__(self, channel: Channel, number: int) -> None:
        self._channel, self._number = channel, number


class Channel:
    """One end of the line.

    Args:
        stand_in: what stands here for an object of the other process.
        perform: does what the other process asks: an operation's name, and its arguments.
        lends: whether an object may be handed over as a handle.
    """

    def __init__(
        self,
        socket: Socket,
        stand_in: type[Reference],
        perform: Callable[..., Any],
        lends: Callable[[Any], bool],
    ) -> None:
        self._socket, self._stand_in = socket, stand_in
        self._perform, self._lends = perform, lends
        self._own: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._theirs: dict[int, Reference] = {}

    def ask(self, operation: str, *arguments: Any) -> Any:
        """Have the other process do something, and wait for what comes of it.

        Raises:
            Gone: it has ended.
            BaseException: what it raised, as the nearest exception that Python itself has.
        """
        self.send(("ask", operation, arguments))
        while True:
            message = self.receive()
            if message[0] != "ask":
                return self._outcome(operation, arguments, *message)
            self.serve(message)

    def serve(self, message: Any) -> None:
        """Do what a message asks, and answer it."""
        _, operation, arguments = message
        try:
            value = self._perform(operation, *arguments)
            changed = _mutable(arguments[1]) if operation == "call" else ()
            data = self._encoded(("value", value, changed))
        except Gone:
            raise
        except BaseException as error:
            data = self._encoded(("error", *_told(error)))
        self._send(data)

    def send(self, message: tuple[Any, ...]) -> None:
        """Send a message.

        Raises:
            TypeError: something in it can neither be copied nor lent.
        """
        self._send(self._encoded(message))

    def receive(self) -> Any:
        """The next message.

        Raises:
            Gone: there is none.
        """
        length = int.from_bytes(self._taken(HEADER), "little")
        try:
            return decode(self._taken(length), self._found)
        except Exception:  # the answer has written to the line itself: nobody speaks there any more
            raise Gone from None

    def _outcome(self, operation: str, arguments: Any, kind: str, *told: Any) -> Any:
        if kind == "value":
            value, changed = told
            if changed:
                for argument, content in zip(_mutable(arguments[1]), changed, strict=True):
                    _refill(argument, content)
            return value
        raise _error(operation, *told)

    def _encoded(self, message: Any) -> bytes:
        return encode(message, self._handle)

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendall(len(data).to_bytes(HEADER, "little") + data)
        except OSError:
            raise Gone from None

    def _taken(self, size: int) -> bytes:
        parts = []
        while size:
            part = self._socket.recv(min(size, 1 << 20))
            if not part:
                raise Gone
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _handle(self, value: Any) -> bytes:
        if isinstance(value, Reference):
            return b"t%d;" % value._number
        if not self._lends(value):
            raise TypeError(f"a {type(value).__name__} cannot be handed to the answer")
        number = self._numbers.setdefault(id(value), len(self._own))
        if number == len(self._own):
            self._own.append(value)  # kept, so that no other object gets its id
        return b"o%d;" % number

    def _found(self, sign: str, number: int) -> Any:
        if sign == "t":
            return self._own[number]
        if number not in self._theirs:
            self._theirs[number] = self._stand_in(self, number)
        return self._theirs[number]


def _mutable(arguments: Any) -> tuple[Any, ...]:
    return tuple(argument for argument in arguments if isinstance(argument, MUTABLE))


def _refill(argument: Any, content: Any) -> None:
    if isinstance(argument, list | bytearray):
        argument[:] = content
    else:
        argument.clear()
        argument.update(content)


def _told(error: BaseException) -> tuple[str, Any]:
    """An exception's nearest class of Python's own, and its arguments, as far as they are plain."""
    kinds = (kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
    plain = [arg for arg in error.args if isinstance(arg, str | int | float)]
    return next(kinds), plain if len(plain) == len(error.args) else [str(error)]


def _error(operation: str, name: str, arguments: Any) -> BaseException:
    kind = getattr(builtins, str(name), None)
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        return RuntimeError(f"{name}: {arguments}")
    # These two would end a loop of the checks early, and so pass by all that it has still to check.
    if kind is GeneratorExit or (kind is StopIteration and operation != "next"):
        return RuntimeError(f"the answer raised {name}")
    try:
        made: BaseException = kind(*arguments)
    except TypeError:  # one that takes other arguments
        return RuntimeError(f"{name}: {arguments}")
    return made
