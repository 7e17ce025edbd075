"""Who must sign a winner before it leaves quarantine."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from evomerge.recipe.public_key import PublicKey, public_key
from evomerge.recipe.values import Frozen

MOST_SIGNERS = 64


class ApprovalSettings(Frozen):
    """The people who look at a winner, by their public keys, and how many of them must approve.

    Unless it is said otherwise all of them must: who is named and not waited for might as well not
    be named, and a number that was forgotten must not make the gate wider.
    """

    by: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_SIGNERS)] = Field(
        description="public keys as OpenSSH writes them: ssh-ed25519 AAAA… name"
    )
    needs: int | None = Field(
        None, ge=1, strict=True, description="how many must approve; default: all"
    )

    @model_validator(mode="after")
    def _check(self) -> ApprovalSettings:
        named: list[PublicKey] = []
        for number, text in enumerate(self.by):
            try:
                key = public_key(text)
            except ValueError as error:
                raise ValueError(f"by[{number}] {error}") from None
            if key in named:
                raise ValueError(f"by[{number}] is the same key as by[{named.index(key)}]")
            named.append(key)
        if self.needs is not None and self.needs > len(named):
            raise ValueError(f"needs {self.needs} signatures of {len(named)} signers")
        return self

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """Of the signers, in the recipe's order."""
        return tuple(map(public_key, self.by))

    @property
    def count(self) -> int:
        """How many of them must approve."""
        return len(self.by) if self.needs is None else self.needs
