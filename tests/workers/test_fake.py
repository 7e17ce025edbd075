import pytest

from evomerge.ledger import State
from evomerge.recipe import parse_recipe
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer, Job, Workers

RECIPE = parse_recipe("merge_method: linear\nmodels: [{model: a}]")


def jobs(count):
    return [Job(key, RECIPE, ()) for key in range(count)]


def said(job):
    return Answer(job.key, State.SCORED)


def nothing():
    pass


@pytest.mark.parametrize("newest_first, order", [(False, [0, 1, 2]), (True, [2, 1, 0])])
def test_they_answer_in_the_order_that_a_test_chooses(newest_first, order):
    workers = FakeWorkers(said, capacity=3, newest_first=newest_first)
    for job in jobs(3):
        workers.submit(job)
    assert [workers.collect(nothing).key for _ in range(3)] == order
    assert workers.submitted == jobs(3)


def test_they_take_no_more_jobs_than_there_is_room_for():
    workers = FakeWorkers(said, capacity=2)
    workers.submit(jobs(3)[0])
    workers.submit(jobs(3)[1])
    with pytest.raises(RuntimeError, match="at most 2 jobs at once"):
        workers.submit(jobs(3)[2])


def test_a_job_that_takes_for_ever_stays_under_way_until_it_is_ended():
    workers = FakeWorkers(lambda job: None)
    workers.submit(jobs(1)[0])
    assert workers.collect(nothing) is None
    assert workers.collect(nothing) is None
    workers.end(0)
    assert workers.ended == [0]
    workers.submit(jobs(2)[1])  # there is room again


def test_they_are_workers():
    workers = FakeWorkers(said)
    assert isinstance(workers, Workers)
    with workers.for_parents({}, None) as same:
        assert same is workers
