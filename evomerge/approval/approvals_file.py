"""Signatures beside a released model: approvals.json, and a section of its card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from evomerge.approval.statement import SignedStatement, signed_from
from evomerge.errors import ParentError
from evomerge.markdown import in_markdown
from evomerge.reading import file_kind
from evomerge.reading.json_text import read_object
from evomerge.reading.manifest import APPROVALS_FILE

SCHEMA = "evomerge approvals 1"


def approvals_text(statements: Sequence[SignedStatement]) -> str:
    """The text of approvals.json."""
    signed = [one.plain() for one in statements]
    return json.dumps({"schema": SCHEMA, "signed": signed}, indent=2) + "\n"


def read_approvals(folder: Path) -> list[SignedStatement]:
    """What stands in a folder's approvals.json, whether or not it is genuine.

    Raises:
        ParentError: it cannot be read.
    """
    file = folder / APPROVALS_FILE
    said = read_object(file, file_kind.APPROVALS)
    if said.get("schema") != SCHEMA or not isinstance(said.get("signed"), list):
        raise ParentError(f"{file}: is not of the schema {SCHEMA!r}; get the folder again")
    found = list[SignedStatement]()
    for number, one in enumerate(said["signed"], 1):
        try:
            found.append(signed_from(one))
        except ValueError as error:
            raise ParentError(
                f"{file}: signature {number} cannot be read ({error}); get the folder again"
            ) from None
    return found


def card_section(statements: Sequence[SignedStatement]) -> str:
    """What is put behind the card of a model that leaves quarantine."""
    lines = ["", "## Signatures", ""]
    for one in statements:
        said = one.statement
        lines.append(
            f"- {said.decision.value} by `{said.key.fingerprint}` at {in_markdown(said.time)}: "
            f"{in_markdown(said.note)}"
        )
    lines += ["", "`evomerge verify` checks them; they stand in approvals.json.", ""]
    return "\n".join(lines)
