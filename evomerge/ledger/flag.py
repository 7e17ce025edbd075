"""A flag: what looks like an artefact in how a model answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Flag:
    """One thing that someone should look at before the winner is believed."""

    task: str
    what: str
    """The number of an audit (score/audits/audit.py) that is odd, after "parent_" where it is the
    parent's; or another measure."""
    winner: float
    reference: float
    """The same of what it is held against."""
    sentence: str
    """For people."""
