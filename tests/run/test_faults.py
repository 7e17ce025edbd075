"""Faults planted in candidates that score high: whole runs, and none is promoted unflagged."""

import pytest
import torch

from benchmarks.faults import FAULTS, generation, rows
from benchmarks.speakers import judged, opened
from evomerge.run.session import workers_on

NAMES = [fault.name for fault in FAULTS]


@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_a_planted_fault_is_flagged_or_fails(fault, tmp_path):
    outcome = fault.plant(tmp_path)
    assert outcome.winner > outcome.best_parent
    assert fault.expected <= outcome.flags
    assert outcome.flags if outcome.verdict == "promoted" else outcome.verdict == "failed"


@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_an_honest_candidate_beside_it_is_promoted_without_flags(fault, tmp_path):
    outcome = fault.leave_out(tmp_path)
    assert (outcome.verdict, outcome.flags, outcome.failure) == ("promoted", frozenset(), "")


def test_real_models_that_are_cut_and_given_credit_are_flagged(tmp_path):
    """Sums spelt in French, of which two tokens are read."""
    prepared = opened(tmp_path, generation(rows("arithmetic_french"), limit=2, judge="begins"))
    facts = judged(tmp_path / "run", prepared, workers_on(torch.device("cpu"), 1))
    assert facts["winner"] > facts["best_parent"]
    assert {flag["what"] for flag in facts["flags"]} & {"truncated_right", "bound"}
