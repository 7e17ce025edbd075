"""Values as bytes that hold nothing but values: what two processes of a program tell each other.

Neither pickle nor marshal, which can be made to run code or to crash who reads them. Types are
those that compare by what they hold; anything else stays where it is and travels as a handle.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

BY_VALUE = {
    ("fractions", "Fraction"),
    ("decimal", "Decimal"),
    ("datetime", "date"),
    ("datetime", "time"),
    ("datetime", "datetime"),
    ("datetime", "timedelta"),
}
"""Classes of the standard library whose objects are made anew from what they are reduced to."""
SEQUENCES: dict[type[Any], str] = {list: "[", tuple: "(", set: "{", frozenset: "<"}
MAKERS = {sign: kind for kind, sign in SEQUENCES.items()}
SINGLE = {None: b"N", True: b"T", False: b"F"}
SINGLES = {ord(sign): value for value, sign in SINGLE.items()}


def encode(value: Any, handle: Callable[[Any], bytes]) -> bytes:
    """A value as bytes.

    Args:
        handle: names an object that is no plain value.
    """
    parts: list[bytes] = []
    _encode(value, handle, parts)
    return b"".join(parts)


def _encode(value: Any, handle: Callable[[Any], bytes], parts: list[bytes]) -> None:
    if value is None or value is True or value is False:
        parts.append(SINGLE[value])
    elif isinstance(value, int):
        parts.append(b"i%x;" % value if value >= 0 else b"i-%x;" % -value)
    elif isinstance(value, float):
        parts.append(b"f%s;" % float(value).hex().encode())
    elif isinstance(value, complex):
        parts.append(b"c%s,%s;" % (value.real.hex().encode(), value.imag.hex().encode()))
    elif isinstance(value, str):
        _encode_bytes(b"s", value.encode("utf-8", "surrogatepass"), parts)
    elif isinstance(value, bytes | bytearray):
        _encode_bytes(b"b" if isinstance(value, bytes) else b"B", value, parts)
    elif isinstance(value, dict):
        parts.append(b"d%d;" % len(value))
        for pair in [*value.items()]:
            _encode(pair[0], handle, parts)
            _encode(pair[1], handle, parts)
    elif type(value) is range:
        parts.append(b"r")
        _encode((value.start, value.stop, value.step), handle, parts)
    elif (sign := _sign(value)) is not None:
        members = [*value]
        parts.append(b"%s%d;" % (sign.encode(), len(members)))
        for member in members:
            _encode(member, handle, parts)
    elif (name := (type(value).__module__, type(value).__name__)) in BY_VALUE:
        parts.append(b"k")
        _encode((*name, value.__reduce__()[1]), handle, parts)
    else:
        parts.append(handle(value))


def _sign(value: Any) -> str | None:
    return next((sign for kind, sign in SEQUENCES.items() if isinstance(value, kind)), None)


def _encode_bytes(sign: bytes, data: bytes | bytearray, parts: list[bytes]) -> None:
    parts += (b"%s%d;" % (sign, len(data)), bytes(data))


def decode(data: bytes, handle: Callable[[str, int], Any]) -> Any:
    """The value that bytes stand for.

    Args:
        handle: finds what a handle names, by its sign ("o": of the sender, "t": of the reader) and
            its number.

    Raises:
        ValueError, LookupError, TypeError, RecursionError: they stand for none.
    """
    return PlainReader(data, handle).value()


class PlainReader:
    """Reads values one after the other."""

    def __init__(self, data: bytes, handle: Callable[[str, int], Any]) -> None:
        self._data, self._at, self._handle = data, 0, handle

    def value(self) -> Any:
        """The next one."""
        sign = self._data[self._at]
        self._at += 1
        if sign in SINGLES:
            return SINGLES[sign]
        if sign == ord("r"):
            return range(*self.value())
        if sign == ord("k"):
            return self._by_value(*self.value())
        end = self._data.index(b";", self._at)
        text = self._data[self._at : end].decode("ascii")
        self._at = end + 1
        return self._of(chr(sign), text)

    def _of(self, sign: str, text: str) -> Any:
        if sign == "i":
            return int(text, 16)
        if sign == "f":
            return float.fromhex(text)
        if sign == "c":
            return complex(*map(float.fromhex, text.split(",")))
        if sign in "ot":
            return self._handle(sign, int(text))
        if sign == "d":
            return {self.value(): self.value() for _ in range(int(text))}
        if sign in MAKERS:
            return MAKERS[sign](self.value() for _ in range(int(text)))
        taken = self._data[self._at : self._at + int(text)]
        self._at += len(taken)
        if sign == "s":
            return taken.decode("utf-8", "surrogatepass")
        return {"b": bytes, "B": bytearray}[sign](taken)

    def _by_value(self, module: str, name: str, arguments: Any) -> Any:
        if (module, name) not in BY_VALUE:
            raise ValueError(f"{module}.{name} is no plain value")
        return getattr(importlib.import_module(module), name)(*arguments)
