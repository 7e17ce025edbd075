"""What a schedule keeps to."""

import pytest

from evomerge.workers.rules import LAG, Rules


@pytest.mark.parametrize("wrong", [{"capacity": 0}, {"attempts": 0}, {"limit_s": 0.0}])
def test_rules_that_nothing_can_keep_to_are_refused(wrong):
    with pytest.raises(ValueError, match=r"at least 1|more than 0"):
        Rules(**wrong)


def test_a_few_jobs_for_each_worker_may_wait_to_be_recorded():
    assert Rules(3).lag == 3 * LAG
