"""Embeddings and output layers read in the order of another vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import torch

from evomerge.errors import ParentError
from evomerge.weights.digests import Digested
from evomerge.weights.tensors import Spec, Tensors
from evomerge.weights.vocabularies.vocabulary import Token

NOWHERE = -1
"""In the place of a row's number: no row of the parent's."""

Giver = tuple[str, int]
"""A parent and a row of it."""


@dataclass(frozen=True)
class Choice:
    """Where the row of a token comes from: the mean of some parents' rows, or zeros without any."""

    givers: tuple[Giver, ...]
    force: bool = False
    """For the parents that have the token as well."""


@dataclass(frozen=True)
class Gift:
    """Rows that parents are given by others: the mean of the givers' rows, or zeros without any."""

    rows: tuple[int, ...]
    givers: tuple[tuple[str, tuple[int, ...]], ...]
    """Each giver, and its row for each row."""


@dataclass(frozen=True)
class Rows:
    """What each row of a parent's embedding is in the new vocabulary.

    A row that is neither its own nor given is the mean of all others: as an output, it is never
    the likeliest.
    """

    own: tuple[int, ...]
    """The parent's row, for each row; or `NOWHERE`."""
    gifts: tuple[Gift, ...] = ()


def align_rows(
    name: str,
    wanted: Mapping[Token, int],
    size: int,
    vocabularies: Mapping[str, Mapping[Token, int]],
    base: str | None,
    choices: Mapping[Token, Choice],
) -> Rows:
    """Where the rows of one parent come from.

    Of a token that the parent lacks they are the base's, if the base has it; otherwise the mean of
    the rows of all that have it.

    Args:
        wanted: the row of each token in the new vocabulary.
        size: how many rows there are to be.
        vocabularies: of all parents, by name, the tokens that they have rows for.
        choices: what the recipe says of single tokens.
    """
    own = [NOWHERE] * size
    given: dict[tuple[str, ...], list[tuple[int, tuple[int, ...]]]] = {}
    ours = vocabularies[name]
    for token, row in wanted.items():
        if row >= size:
            continue
        choice = choices.get(token)
        if token in ours and not (choice and choice.force):
            own[row] = ours[token]
            continue
        givers = choice.givers if choice else _default(token, vocabularies, base)
        if [giver for giver, _ in givers] == [name]:
            own[row] = givers[0][1]
        elif givers or choice:
            parents = tuple(giver for giver, _ in givers)
            given.setdefault(parents, []).append((row, tuple(number for _, number in givers)))
    return Rows(tuple(own), tuple(_gift(parents, rows) for parents, rows in given.items()))


def _default(
    token: Token, vocabularies: Mapping[str, Mapping[Token, int]], base: str | None
) -> tuple[Giver, ...]:
    if base is not None and token in vocabularies[base]:
        return ((base, vocabularies[base][token]),)
    return tuple((n, known[token]) for n, known in vocabularies.items() if token in known)


def _gift(parents: tuple[str, ...], rows: list[tuple[int, tuple[int, ...]]]) -> Gift:
    theirs = (tuple(numbers[at] for _, numbers in rows) for at in range(len(parents)))
    return Gift(tuple(row for row, _ in rows), tuple(zip(parents, theirs, strict=True)))


class Aligned(Digested):
    """A parent's tensors, with those that have a row for each token in another vocabulary.

    Args:
        own: the parent's tensors.
        names: those that have a row for each token.
        givers: the tensors of all parents that give rows, by name.

    Raises:
        ParentError: a giver lacks one of the tensors, or has rows of another width.
    """

    def __init__(
        self, own: Tensors, names: tuple[str, ...], rows: Rows, givers: Mapping[str, Tensors]
    ) -> None:
        self._own, self._names, self._rows, self._givers = own, frozenset(names), rows, givers
        for name in names:
            shape = own.specs[name].shape[1:]
            for giver, tensors in givers.items():
                spec = tensors.specs.get(name)
                if spec is None or spec.shape[1:] != shape:
                    has = "lacks it" if spec is None else f"has {[*spec.shape]}"
                    raise ParentError(
                        f"{name} cannot take rows of {giver}, which {has}; take another source"
                    )

    @cached_property
    def specs(self) -> dict[str, Spec]:
        """Those of the parent, with as many rows as the vocabulary asks for."""
        size = len(self._rows.own)
        return {
            name: Spec((size, *spec.shape[1:]), spec.dtype) if name in self._names else spec
            for name, spec in self._own.specs.items()
        }

    def tensor(self, name: str) -> torch.Tensor:
        """One tensor; not to be written to. Means are taken in float64 and rounded once."""
        tensor = self._own.tensor(name)
        if name not in self._names:
            return tensor
        size = len(self._rows.own)
        if self._first_rows:
            return tensor[:size]
        own = torch.tensor(self._rows.own)
        aligned = tensor.index_select(0, own.clamp(min=0))
        left = own == NOWHERE
        for gift in self._rows.gifts:
            rows = torch.tensor(gift.rows)
            aligned[rows] = self._given(gift, name).to(tensor.dtype)
            left[rows] = False
        if bool(left.any()):
            aligned[left] = 0
            mean = aligned.sum(0, dtype=torch.float64) / int((~left).sum())
            aligned[left] = mean.to(tensor.dtype)
        return aligned

    @cached_property
    def _first_rows(self) -> bool:
        return self._rows.own == tuple(range(len(self._rows.own)))

    def _given(self, gift: Gift, name: str) -> torch.Tensor:
        total = torch.zeros(())
        for giver, numbers in gift.givers:
            total = total + self._givers[giver].tensor(name)[torch.tensor(numbers)].double()
        return total / max(1, len(gift.givers))
