"""Planted faults: candidates that score higher than their parents for a reason that is none."""

from benchmarks.faults.answers import ANSWER_FAULTS
from benchmarks.faults.formats import FORMAT_FAULTS
from benchmarks.faults.gold import GOLD_FAULTS
from benchmarks.faults.judges import JUDGE_FAULTS
from benchmarks.faults.lengths import LENGTH_FAULTS
from benchmarks.faults.parents import PARENT_FAULTS
from benchmarks.faults.shipped import ForeignTokens

FAULTS = [
    *ANSWER_FAULTS,
    *LENGTH_FAULTS,
    *PARENT_FAULTS,
    *FORMAT_FAULTS,
    *JUDGE_FAULTS,
    *GOLD_FAULTS,
    ForeignTokens(),
]
