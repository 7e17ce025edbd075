import pytest

from evomerge.workers.cluster.member import CrewMember, Duty


@pytest.mark.parametrize("duty", Duty)
def test_who_counts_does_a_job_or_can_at_once(duty):
    assert CrewMember("ray 0", None, duty).counts == (duty in (Duty.IDLE, Duty.BUSY))
