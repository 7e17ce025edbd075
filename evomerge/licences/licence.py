"""A licence, as far as it decides under which licence a merge may be given on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LicenceKind(StrEnum):
    """What a licence asks most of all, in words."""

    PERMISSIVE = "permissive"
    NON_COMMERCIAL = "non-commercial"
    SHARE_ALIKE = "share-alike"
    USE_RESTRICTED = "use-restricted"
    UNKNOWN_TERMS = "of terms that evomerge does not know"
    NO_DERIVATIVES = "no derivatives"


@dataclass(frozen=True)
class Licence:
    """What a model may be used under, by what it asks of those who merge it."""

    id: str
    """As the Hub's model cards have it (`apache-2.0`), or the `license_name` of another one."""
    kind: LicenceKind
    link: str = ""
    """Where its text is."""
    strictness: int = 0
    """Of licences that leave the merge's own licence open: the largest asks most."""
    non_commercial: bool = False
    becomes: tuple[str, ...] = ()
    """Licences that a work of this share-alike one may be given on under."""
    excludes: tuple[str, ...] = ()
    """Permissive licences that ask something which this one does not allow."""
    model_name: str = ""
    """What the name of a model made of it must begin with."""
    notice: str = ""
    """What must be shown with a model made of it."""
    titles: tuple[str, ...] = ()
    """What its text says at its head, in lower case; each is enough."""
    is_named_on_hub: bool = True
    """Whether the Hub knows its id; else cards say `license: other` and its name."""

    @property
    def is_passed_on(self) -> bool:
        """Whether what is made of it must be given on under this very licence."""
        return self.kind in _PASSED_ON

    @property
    def may_be_narrowed(self) -> bool:
        """Whether what is made of it may be given on with more restrictions than its own."""
        return self.kind is not LicenceKind.SHARE_ALIKE


_PASSED_ON = (
    LicenceKind.SHARE_ALIKE,
    LicenceKind.USE_RESTRICTED,
    LicenceKind.UNKNOWN_TERMS,
)
