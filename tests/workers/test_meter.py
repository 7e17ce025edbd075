"""Every second of every worker is counted once, whatever happens to jobs and workers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.errors import EvomergeError
from evomerge.ledger import Cost, State, WorkersTimed, WorkerTime
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.learnt import Learnt
from evomerge.workers.meter import OFTEN_S, Meter
from evomerge.workers.pool import Inline
from evomerge.workers.protocol import Answer, Lost, Present
from tests.workers.driven import carry_out
from tests.workers.test_driver import jobs


class Clock:
    """Simulated seconds."""

    now = 100.0

    def __call__(self):
        return self.now

    def pass_(self, seconds):
        self.now += seconds


class Simulated(FakeWorkers):
    """Workers for which time passes while the driver waits; each may come and go."""

    def __init__(self, clock, answer, capacity, **more):
        super().__init__(answer, capacity, **more)
        self.clock, self.took, self.counts = clock, 2.0, iter(())

    def collect(self, checkpoint):
        self.clock.pass_(self.took)
        self.present = Present(next(self.counts, self.rules.capacity))
        return super().collect(checkpoint) if self._under_way else None


def judging(clock, seconds):
    def judge(answer):
        clock.pass_(seconds)
        return answer

    return judge


def timed(clock, workers, count, judge=lambda answer: answer, after=0.0):
    """How workers have spent their time on some jobs, of a session that began at 90."""
    meter = Meter(clock, 90.0)
    for _ in carry_out(workers, jobs(count), judge, Inline(), lambda: None, Learnt(meter)):
        clock.pass_(after)
    return meter.timed


def answered(cost):
    return lambda job: Answer(job.key, State.SCORED, cost=cost)


def test_each_second_of_one_worker_has_a_name():
    """The next job is begun before the one before is used: while that is, its answer lies there."""
    clock = Clock()
    workers = Simulated(clock, answered(Cost(0.5, 1.0, 0.25)), 1)
    found = timed(clock, workers, 3, judging(clock, 4.0), after=1.0)
    assert found == WorkersTimed(
        1,
        10 + 3 * (2 + 4 + 1),
        WorkerTime(
            merge_s=1.5, forward_s=3.0, other_s=0.75, handover_s=2.75, starting_s=10, driver_s=13
        ),
    )
    assert found.time.total_s == found.workers * found.wall_s


def test_workers_wait_for_the_last_job_and_start_anew():
    clock = Clock()
    workers = Simulated(clock, answered(Cost(forward_s=2.0)), 2)
    workers.counts = iter([2, 1, 2])
    found = timed(clock, workers, 3)
    # Two at work, one of them ends and begins the third; at last one is gone, and one works.
    assert found.wall_s == 10 + 3 * 2
    assert found.time.total_s == pytest.approx(2 * found.wall_s)
    assert found.time.starting_s == 20.0 + 2.0 - 0.0
    assert found.time.forward_s + found.time.handover_s == 2.0 * 5


def test_what_is_lost_or_done_again_is_counted_as_lost():
    clock, said = Clock(), iter(["lost", "again", "done"])

    def answer(job):
        match next(said):
            case "lost":
                return Lost(job.key, "killed")
            case "again":
                cost = Cost(1.0, 0.5)
                return Answer(job.key, State.FAILED, "odd", cost=cost, again=True)
        return Answer(job.key, State.SCORED, cost=Cost(2.0))

    found = timed(clock, Simulated(clock, answer, 1, attempts=2), 1)
    assert found.time == WorkerTime(merge_s=2.0, lost_s=4.0, starting_s=10.0)


def test_a_failure_that_is_handed_on_keeps_its_cost():
    clock = Clock()
    cost = Cost(1.0, 0.5)
    workers = Simulated(clock, lambda job: Answer(0, State.FAILED, "x", cost=cost, again=True), 1)
    assert timed(clock, workers, 1).time == WorkerTime(1.0, 0.5, handover_s=0.5, starting_s=10.0)


def test_what_is_under_way_is_told_and_lost_where_the_run_ends():
    clock, meter, told = Clock(), None, []

    def stop():
        clock.pass_(3.0)
        told.append(meter.timed)
        if len(told) == 2:
            raise EvomergeError("no more")

    meter = Meter(clock, 100.0)
    workers = Simulated(clock, lambda job: None, 2)
    with pytest.raises(EvomergeError, match="no more"):
        [*carry_out(workers, jobs(2), lambda a: a, Inline(), stop, Learnt(meter))]
    assert [one.time.under_way_s for one in told] == [2 * 5.0, 2 * 10.0]
    assert meter.timed == WorkersTimed(2, 10.0, WorkerTime(lost_s=20.0))


def test_nothing_is_told_where_nothing_was_scheduled():
    assert Meter(Clock(), 0.0).timed is None


def test_it_reports_now_and_then_and_when_jobs_end_early():
    clock, told = Clock(), []
    meter = Meter(clock, 90.0, told.append)
    workers = Simulated(clock, answered(Cost(forward_s=2.0)), 1)
    workers.took = OFTEN_S / 2

    def judge(answer):
        if answer.key == 6:
            raise EvomergeError("no more")
        return answer

    with pytest.raises(EvomergeError, match="no more"):
        [*carry_out(workers, jobs(9), judge, Inline(), lambda: None, Learnt(meter))]
    assert [one.wall_s for one in told] == [10 + OFTEN_S / 2 * n for n in (2, 5, 7)]
    assert all(one.time.total_s == one.wall_s for one in told)
    assert told[-1] == meter.timed


@given(st.data(), st.integers(1, 4), st.integers(0, 12), st.booleans())
def test_the_parts_are_the_whole(data, capacity, count, newest_first):
    """Of jobs that are answered, lost or fail, on workers that come and go, whatever they cost."""
    clock, losses = Clock(), []
    seconds = st.floats(0, 50)

    def answer(job):
        what = data.draw(st.sampled_from(["scored", "again", "lost"]))
        if what == "lost" and len(losses) < 5:
            losses.append(job.key)
            return Lost(job.key, "killed", own=data.draw(st.booleans()))
        again = what == "again"
        state, cost = State.FAILED if again else State.SCORED, Cost(*data.draw(st.tuples(seconds)))
        return Answer(job.key, state, "odd", cost=cost, again=again)

    workers = Simulated(clock, answer, capacity, newest_first=newest_first, attempts=2)
    workers.took = data.draw(seconds)
    workers.counts = iter(data.draw(st.lists(st.integers(1, capacity), max_size=9)))
    judge = judging(clock, data.draw(seconds))
    found = timed(clock, workers, count, judge, after=data.draw(seconds))
    assert found.workers == capacity
    assert found.wall_s == clock.now - 90.0
    assert found.time.total_s == pytest.approx(capacity * found.wall_s)
    assert min(vars(found.time).values()) >= 0.0
