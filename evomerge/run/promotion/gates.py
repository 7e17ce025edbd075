"""What a tested model must pass, whoever signs it, before it leaves quarantine."""

from __future__ import annotations

from evomerge.report.verdict import Verdict


def gates(verdict: Verdict) -> tuple[str, ...]:
    """The gates that a model did not pass, a sentence each; none where it may be signed.

    That what judges it is unchanged needs no gate here: a run ends before it writes the model.
    """
    if verdict.promoted:
        return ()
    return (f"the sealed items refuse it: {'; '.join(verdict.reasons)}",)
