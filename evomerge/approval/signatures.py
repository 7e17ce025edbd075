"""How a model in quarantine stands with those who must sign it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evomerge.approval.contents import Contents
from evomerge.approval.statement import SignedStatement, SignerDecision
from evomerge.recipe.approval import ApprovalSettings
from evomerge.recipe.public_key import PublicKey


@dataclass(frozen=True)
class Signatures:
    """The last word of each signer on one model.

    A signer who rejects holds the model back, however many approve, until they themselves approve.
    """

    settings: ApprovalSettings
    approved: tuple[SignedStatement, ...] = ()
    """Genuine, in the order of the recipe's keys."""
    rejected: tuple[SignedStatement, ...] = ()

    @property
    def missing(self) -> int:
        """How many approvals are still needed."""
        return max(0, self.settings.count - len(self.approved))

    @property
    def passes(self) -> bool:
        """Whether enough have approved, and nobody's last word is a rejection."""
        return not self.missing and not self.rejected

    @property
    def waits_for(self) -> tuple[PublicKey, ...]:
        """The keys of those who have said nothing."""
        spoken = {one.statement.key for one in (*self.approved, *self.rejected)}
        return tuple(key for key in self.settings.keys if key not in spoken)


def signatures_on(
    settings: ApprovalSettings, contents: Contents, statements: Iterable[SignedStatement]
) -> Signatures:
    """How a model stands.

    Args:
        statements: in the order in which they were made. Those for other contents, by other keys,
            or whose signature is not genuine count for nothing.
    """
    last: dict[PublicKey, SignedStatement] = {}
    for one in statements:
        statement = one.statement
        if statement.contents == contents and statement.key in settings.keys and one.is_genuine:
            last[statement.key] = one
    said = [last[key] for key in settings.keys if key in last]

    def by(decision: SignerDecision) -> tuple[SignedStatement, ...]:
        return tuple(one for one in said if one.statement.decision is decision)

    return Signatures(settings, by(SignerDecision.APPROVED), by(SignerDecision.REJECTED))
