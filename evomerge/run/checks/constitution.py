"""What a recipe's constitution asks for, and whether its judge would count."""

from __future__ import annotations

from collections.abc import Iterator

from evomerge.constitution.agreement import measured
from evomerge.report.constitution import describe_judge
from evomerge.run.checks.training import most_corrections
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
    if settings.corrections:
        yield from _corrections(prepared)
    for caution in opened.cautions(prepared.evolve.alpha, prepared.evolve.seed):
        yield f"caution: {caution}"
    if not opened.judge.unasked:
        judge = opened.judge.judge
        found = measured(judge, text, opened.source, settings.agreement, opened.kin)
        yield f"{'' if found.fit else 'caution: '}constitution: {describe_judge(found)}"


def _corrections(prepared: Prepared) -> Iterator[str]:
    """What corrected answers are for."""
    opened, evolve = prepared.constitution, prepared.evolve
    assert opened is not None
    told = (
        f"constitution: up to {most_corrections(prepared):,} answers of each cycle's elites that "
        "break it are corrected by its judge, if it counts"
    )
    if evolve.training is None:
        yield f"{told}; they are on record and nothing else, since the recipe trains nothing"
        return
    yield (
        f"{told}, and trained on with what else there is; no candidate is scored on them, and none "
        "that is nearly an item or a sealed probe is used"
    )
    if opened.settings.probes is not None:
        yield (
            f"caution: constitution: probes that are search items of {opened.settings.probes.task} "
            "are corrected in vain, since a correction that is nearly an item is not trained on; "
            "write probes in its file"
        )
