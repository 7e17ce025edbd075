"""A program of the user's that says of each document whether its answer is right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.draft import ReadDraft
from evomerge.curriculum.programs import ProgramFailed
from evomerge.curriculum.verifier_kind import Opinion, VerifierKind
from evomerge.ledger import Verified
from evomerge.recipe.verifiers import ProgramVerifier


def verify(
    settings: ProgramVerifier, context: CycleContext, drafts: Sequence[ReadDraft]
) -> Sequence[Opinion]:
    """What the program prints for each document: `true`, or `false`. None passes if it fails."""
    given = "".join(json.dumps(one.document, ensure_ascii=False) + "\n" for one in drafts)
    try:
        values = context.programs.values(settings.program, given=given)
        said = [*islice(values, len(drafts) + 1)]
        _require_one_each(settings, said, len(drafts))
    except ProgramFailed as error:
        return [Opinion(False, str(error), failed=True)] * len(drafts)
    wrong = f"{_described(settings)} says that the answer is wrong"
    return [Opinion(one, "" if one else wrong) for one in said]


def _require_one_each(settings: ProgramVerifier, said: Sequence[object], count: int) -> None:
    if len(said) != count or not all(isinstance(one, bool) for one in said):
        raise ProgramFailed(
            f"{_described(settings)}: is to print true or false for each of {count} documents, a "
            "line each, in their order, and nothing else"
        )


def _described(settings: ProgramVerifier) -> str:
    return Path(settings.program).name


KIND = VerifierKind("program", ProgramVerifier, Verified.EXECUTED, verify, _described)
