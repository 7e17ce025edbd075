"""What is installed of what evomerge needs, and of what its extras add."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import InvalidRequirement, Requirement

NAME = "evomerge"
DEVELOPMENT = frozenset({"test", "dev"})
"""Extras that no user needs."""


@dataclass(frozen=True)
class Package:
    """A package that evomerge can use."""

    name: str
    version: str | None
    """None where it is not installed."""
    fits: bool
    """Whether its version is one that evomerge was made for."""
    extra: str = ""
    """The extra that it belongs to; "" where evomerge does not work without it."""

    @property
    def is_lacking(self) -> bool:
        """Whether evomerge does not work for want of it."""
        return not (self.extra or (self.version and self.fits))


def packages() -> tuple[Package, ...]:
    """The packages that evomerge's own metadata name, the needed ones first."""
    try:
        texts = requires(NAME) or []
    except PackageNotFoundError:  # run from a checkout that was not installed
        texts = []
    return tuple(sorted(_named(texts), key=lambda package: bool(package.extra)))


def _named(texts: list[str]) -> Iterator[Package]:
    for text in texts:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        marker = requirement.marker
        extra = re.search(r"extra == ['\"]([^'\"]+)['\"]", str(marker or ""))
        name = extra[1] if extra else ""
        if name not in DEVELOPMENT and (marker is None or marker.evaluate({"extra": name})):
            found = _version(requirement.name)
            fits = found is not None and requirement.specifier.contains(found, prereleases=True)
            yield Package(requirement.name, found, fits, name)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
