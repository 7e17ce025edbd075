"""What stands in a folder of kinds: methods, algorithms, engines. A file in it is registered."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Protocol, TypeVar


class NamedKind(Protocol):
    """A kind: a frozen value that says what a thing is called, what it promises, how it is made."""

    @property
    def name(self) -> str:
        """What it is called in recipes and records."""
        ...


K = TypeVar("K", bound=NamedKind)


def kinds_in(package: str, kind: type[K]) -> dict[str, K]:
    """All values of a class that the modules of a package define, by their names, in their order.

    Of a package inside it only what its `__init__` shows counts.

    Args:
        package: its dotted name.

    Raises:
        RuntimeError: two have the same name.
    """
    found: dict[str, K] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        values = vars(importlib.import_module(f"{package}.{module.name}")).values()
        for value in [value for value in values if isinstance(value, kind)]:
            if found.setdefault(value.name, value) is not value:
                raise RuntimeError(f"{package}: two are called {value.name!r}")
    return dict(sorted(found.items()))
