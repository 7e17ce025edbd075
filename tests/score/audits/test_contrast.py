"""Two audits of one task: which differences are sure."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.audits.audit import audit_scores
from evomerge.score.audits.contrast import Contrast, errors, jumps


def test_a_share_jumps_where_it_is_much_larger_and_surely():
    assert jumps(0.5, 100, 0.1, 100)
    assert not jumps(0.5, 10, 0.1, 10), "too few to be sure"
    assert not jumps(0.55, 10_000, 0.5, 10_000), "sure, and not much"
    # z = 0.2 / sqrt(0.3 * 0.7 * (1 / n + 1 / n)) is 3 at n = 94.5
    assert jumps(0.4, 95, 0.2, 95)
    assert not jumps(0.4, 94, 0.2, 94)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 500), st.integers(1, 500))
def test_no_share_jumps_against_a_larger_one(share, other, n, m):
    assert not (jumps(share, n, other, m) and jumps(other, m, share, n))
    assert not jumps(min(share, other), n, max(share, other), m)


def test_differences_in_standard_errors():
    assert errors(1.0, 0.5) == 2.0
    assert errors(0.1, 0.0) == math.inf
    assert errors(0.0, 0.0) == errors(-1.0, 0.0) == 0.0


def test_a_gain_is_more_than_two_standard_errors():
    ours, theirs = audit_scores([1.0] * 30 + [0.0] * 10), audit_scores([1.0, 0.0] * 20)
    contrast = Contrast("t", ours, theirs, "A")
    error = math.hypot(math.sqrt(0.75 * 0.25 / 40), 0.5 / math.sqrt(40))
    assert 0.25 / error == pytest.approx(2.39, abs=0.01)
    assert contrast.gains
    assert not contrast.is_gain(1.99 * error)
    assert contrast.is_gain(2.01 * error)
    flag = contrast.flag("cut", 0.75, 0.5, "cut more")
    assert (flag.task, flag.winner, flag.sentence) == ("t", 0.75, "t: cut more")
