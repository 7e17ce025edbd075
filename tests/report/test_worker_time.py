"""What sessions tell of their workers' time; what a killed one does not is named too."""

from evomerge.ledger import (
    Cost,
    ItemsMade,
    Part,
    Record,
    RunStopped,
    SessionBegan,
    State,
    TrainingFailed,
    WorkersTimed,
    WorkerTime,
)
from evomerge.report.worker_time import WorkersSpent, WorkerTimes

PART = Part("d", "search", State.SCORED)


def spent(*told):
    """After records, each with the active seconds at which it was made."""
    times = WorkerTimes()
    for number, (active_s, what) in enumerate(told, start=1):
        times.take(Record(number, 0.0, active_s, what))
    return times.spent


def timed(workers, wall_s, **time):
    return WorkersTimed(workers, wall_s, WorkerTime(**time))


def test_the_last_word_of_each_session_counts():
    first = [
        (0.5, SessionBegan()),
        (3.0, timed(2, 3.0, forward_s=4.0, waiting_s=2.0)),
        (5.0, timed(2, 5.0, forward_s=7.0, waiting_s=3.0)),
        (5.0, RunStopped("terminated")),
    ]
    second = [(5.25, SessionBegan()), (9.0, timed(4, 4.0, forward_s=16.0))]
    assert spent(*first) == WorkersSpent(WorkerTime(forward_s=7.0, waiting_s=3.0), 10.0)
    both = spent(*first, *second)
    assert both == WorkersSpent(WorkerTime(forward_s=23.0, waiting_s=3.0), 26.0)
    assert both.unrecorded_s == 0.0
    assert both.to_json()["forward_s"] == 23.0


def test_what_was_not_recorded_before_a_kill_is_named():
    told = [(0.5, SessionBegan()), (3.0, timed(2, 3.0, merge_s=6.0)), (4.5, PART)]
    assert spent(*told) == WorkersSpent(WorkerTime(merge_s=6.0), 9.0)
    after = spent(*told, (4.75, SessionBegan()), (8.5, timed(1, 4.0, driver_s=4.0)))
    assert after.time.total_s == 10.0
    assert (after.all_s, after.unrecorded_s) == (13.0, 3.0)
    assert sum(after.ways.values()) == after.all_s
    assert {what for what, seconds in after.ways.items() if seconds} == {
        "merging", "waiting for the driver", "not recorded"
    }  # fmt: skip


def test_sessions_that_tell_nothing_are_left_out():
    assert spent((0.5, SessionBegan()), (9.0, PART)) == WorkersSpent()


def trained(seconds):
    return TrainingFailed(0, "no items", Cost(forward_s=seconds))


def test_what_is_done_between_cycles_is_no_waiting():
    made = ItemsMade(0, "sums", seconds=1.0)
    told = [(0.5, SessionBegan()), (4.0, made), (9.0, trained(4.0))]
    both = spent(*told, (10.0, timed(2, 10.0, forward_s=8.0, driver_s=12.0)))
    assert both == WorkersSpent(WorkerTime(forward_s=8.0, driver_s=7.0), 20.0, 1.0, 4.0)
    assert sum(both.ways.values()) == both.all_s
    after = spent(*told, (10.0, timed(1, 10.0, driver_s=3.0)), (10.0, SessionBegan()))
    assert (after.time.driver_s, after.writing_s, after.training_s) == (0.0, 0.0, 3.0)
