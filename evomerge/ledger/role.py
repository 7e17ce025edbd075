"""What a model is in a run, apart from what it is called: a parent may have any name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a model is in a run."""

    BASE = "base"
    """The recipe's base model, which is a parent too."""
    PARENT = "parent"
    SHIPPED = "shipped"
    """A parent in the form in which its users run it."""
    UNIFORM = "uniform"
    """The plain average of the parents."""
    RANDOM_SEARCH = "random search"
    """What random search found."""
    CONTROL = "control"
    """What a search came to that did without something."""
    WINNER = "winner"


SHIPPED = " as shipped"
"""What the name of a parent's form ends with, or goes on with."""

PARENTS = (Role.BASE, Role.PARENT)
"""Roles of the models that a recipe draws on."""


@dataclass(frozen=True)
class Model:
    """A model of a run, by its role; parents and their forms have names as well."""

    role: Role
    name: str = ""

    @property
    def is_parent(self) -> bool:
        """Whether the recipe draws on it."""
        return self.role in PARENTS

    @property
    def label(self) -> str:
        """What it is called where people and programs read; no two models have one label."""
        if not self.name:
            return self.role.value
        if self.role is Role.CONTROL:
            return f"{self.role.value} {self.name}"
        taken = self.name in {role.value for role in Role} or is_control(self.name)
        if self.is_parent and (taken or SHIPPED in self.name):
            return f"{self.role.value} {self.name}"
        return self.name


def is_control(label: str) -> bool:
    """Whether a model of this label is one that a search without something came to."""
    return label.startswith(f"{Role.CONTROL.value} ")


WINNER = Model(Role.WINNER)
UNIFORM = Model(Role.UNIFORM)
RANDOM_SEARCH = Model(Role.RANDOM_SEARCH)


@dataclass(frozen=True)
class Named:
    """A model of a run and the digest that its scores are kept under."""

    model: Model
    digest: str


def labelled(models: Iterable[Named]) -> dict[str, str]:
    """The digest of each model by its label."""
    return {named.model.label: named.digest for named in models}
