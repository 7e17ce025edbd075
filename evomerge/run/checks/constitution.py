"""What a recipe's constitution asks for, and whether its judge would count."""

from __future__ import annotations

from collections.abc import Iterator

from evomerge.constitution.agreement import measured
from evomerge.report.constitution import describe_judge
from evomerge.run.preparation.preflight import Prepared

QUESTIONS = 4
"""To a model that judges, for an answer and a principle: each of two kinds in both orders."""


def constitution_notes(prepared: Prepared) -> Iterator[str]:
    """Principles, probes and judge, a sentence each; cautions begin with "caution: ".

    The judge is held against the labelled answers unless it is not to be asked.
    """
    opened = prepared.constitution
    if opened is None:
        return
    text, settings = opened.text, opened.settings
    held = sum(map(len, text.concerned([*opened.probes.values()]).values()))
    asked = held if opened.judge.asker is None else QUESTIONS * held
    yield (
        f"constitution: {len(text.principles)} principles; {len(opened.searched)} probes to choose "
        f"by and {len(opened.sealed)} to prove by, each answered in {settings.max_gen_toks} tokens "
        f"at most; of a model on all of them the judge is asked some {asked:,} times"
    )
    for caution in opened.cautions(prepared.evolve.alpha, prepared.evolve.seed):
        yield f"caution: {caution}"
    if not opened.judge.unasked:
        judge = opened.judge.judge
        found = measured(judge, text, opened.source, settings.agreement, opened.kin)
        yield f"{'' if found.fit else 'caution: '}constitution: {describe_judge(found)}"
