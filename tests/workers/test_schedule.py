"""Every order of events: each job is handed on once, in the order asked, and nothing overflows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.workers.events import (
    Drop,
    EndJob,
    GiveUp,
    HandOn,
    JobAnswered,
    JobAsked,
    JobFailed,
    JobForeseen,
    JobKnown,
    JobLost,
    JobRecorded,
    JobsStopped,
    StartJob,
    TimePassed,
    WorkersCounted,
)
from evomerge.workers.job_times import FACTOR, FLOOR_S, PATIENCE, UNKNOWN_S
from evomerge.workers.schedule import LOSSES, Rules, Schedule

LIMIT_S = 10.0
rules = st.builds(
    Rules,
    st.integers(1, 8),
    st.integers(1, 3),
    st.one_of(st.none(), st.just(LIMIT_S)),
    st.just(1e9),
)


class Play:
    """Workers and a ledger that do what they like, in any order that they can; what was done."""

    def __init__(self, rules):
        self.rules, self.schedule = rules, Schedule(rules, workers=rules.capacity)
        self.workers, self.now = rules.capacity, 0.0
        self.at_work, self.numbers = {}, {}
        self.done, self.handed, self.recorded = [], [], 0
        self.foreseen, self.known = set(), set()

    def step(self, event):
        self.schedule, instructions = self.schedule.step(event)
        for one in instructions:
            self.done.append(one)
            match one:
                case StartJob(key, attempt):
                    assert attempt in (self.numbers.get(key, 1), self.numbers.get(key, 1) + 1)
                    assert attempt <= self.rules.attempts
                    self.numbers[key] = attempt
                    assert key not in self.at_work
                    self.at_work[key] = self.now
                    assert len(self.at_work) <= self.workers
                case EndJob(key):
                    assert self.now - self.at_work.pop(key) > LIMIT_S
                case HandOn(key, failure) if key in self.foreseen:
                    assert key not in self.at_work
                    assert not failure
                    self.foreseen.remove(key)
                    self.known.add(key)
                case HandOn(key):
                    assert key not in self.at_work
                    self.handed.append(key)
                case Drop(key):
                    assert key not in self.at_work
                    self.foreseen.remove(key)
                    del self.numbers[key]
        waiting = len(self.handed) - self.recorded + len(self.at_work.keys() - self.foreseen)
        assert waiting <= len(self.schedule.order) <= self.rules.lag

    def end(self, data, kind):
        key = data.draw(st.sampled_from(sorted(self.at_work)))
        del self.at_work[key]
        reason = [] if kind is JobAnswered else ["killed"]
        self.step(kind(key, *reason, self.now))


def play(rules, jobs, data, stops=False):
    table, asked, losses = Play(rules), 0, 0
    ends = {"answer": JobAnswered, "fail": JobFailed, "lose": JobLost}
    while table.recorded < jobs:
        lively = losses < LOSSES
        can = [
            *(["ask"] if table.schedule.room and asked < jobs else []),
            *(["foresee"] if table.schedule.idle and unforeseen(table, asked, jobs) else []),
            *(["answer", "fail", "wait"] if table.at_work else []),
            *(["lose", "leave"] if table.at_work and lively else []),
            *(["join"] if table.workers < rules.capacity else []),
            *(["record"] if table.recorded < len(table.handed) else []),
            "stale",
            *(["stop"] if stops else []),
        ]
        what = data.draw(st.sampled_from(can))
        table.now += data.draw(st.sampled_from([0.0, 1.0, 7.0]))
        match what:
            case "ask":
                key, asked = asked, asked + 1
                table.foreseen.discard(key)
                known = key in table.known
                table.step(JobKnown(key) if known else JobAsked(key, table.now))
            case "foresee":
                key = data.draw(st.sampled_from(unforeseen(table, asked, jobs)))
                table.foreseen.add(key)
                table.step(JobForeseen(key, table.now))
            case "answer" | "fail" | "lose":
                losses += what == "lose"
                table.end(data, ends[what])
            case "leave":  # a worker, and with it what it did
                losses += 1
                table.workers -= 1
                table.step(WorkersCounted(table.workers, table.now))
                table.end(data, JobLost)
            case "join":
                table.workers += 1
                table.step(WorkersCounted(table.workers, table.now))
            case "wait":
                table.step(TimePassed(table.now))
            case "record":
                table.recorded += 1
                table.step(JobRecorded(table.handed[table.recorded - 1]))
            case "stale":  # of a worker that was given up, or of nobody
                gone = [k for k in range(-1, jobs) if k not in table.at_work]
                key = data.draw(st.sampled_from(gone))
                stale = JobAnswered(key, table.now), JobLost(key, "?", table.now)
                table.step(data.draw(st.sampled_from(stale)))
            case "stop":
                table.at_work.clear()
                table.foreseen.clear()
                table.step(JobsStopped())
                break
    return table, asked


def unforeseen(table, asked, jobs):
    """Jobs that may be foreseen, as nobody has asked for them and none is there yet."""
    return [k for k in range(asked, jobs) if k not in table.foreseen | table.known]


@given(rules, st.integers(1, 12), st.data())
def test_every_job_is_handed_on_once_in_the_order_asked(rules, jobs, data):
    table, _ = play(rules, jobs, data)
    assert table.handed == [*range(jobs)]
    assert not table.schedule.order
    assert not table.schedule.attempts
    assert not table.schedule.ended
    assert not [one for one in table.done if isinstance(one, GiveUp)]


@given(rules, st.integers(1, 12), st.data())
def test_a_stop_hands_on_what_was_answered_and_keeps_the_order(rules, jobs, data):
    table, asked = play(rules, jobs, data, stops=True)
    assert table.handed == sorted(set(table.handed))
    assert set(table.handed) <= set(range(asked))
    assert not table.schedule.attempts
    assert not table.schedule.ended
    started = [one.key for one in table.done if isinstance(one, StartJob)]
    assert set(table.handed) <= set(started)


@given(rules, st.integers(1, 8), st.data())
def test_the_same_events_give_the_same_instructions(rules, jobs, data):
    keys = st.integers(0, jobs)
    events = data.draw(
        st.lists(
            st.one_of(
                st.builds(JobAnswered, keys, st.just(1.0)),
                st.builds(JobFailed, keys, st.just("killed"), st.just(1.0)),
                st.builds(JobLost, keys, st.just("killed"), st.just(1.0)),
                st.builds(WorkersCounted, st.integers(0, 8), st.just(1.0)),
                st.builds(TimePassed, st.floats(0, 30)),
                st.builds(JobRecorded, keys),
            )
        )
    )
    begun, _ = Schedule(rules).step(JobAsked(0, 0.0))
    told = []
    for _ in range(2):
        schedule, said = begun, []
        for event in events:
            schedule, instructions = schedule.step(event)
            said.append((schedule, instructions))
        told.append(said)
    assert told[0] == told[1]
    assert begun == Schedule(rules).step(JobAsked(0, 0.0))[0]


def after(schedule, *events):
    for event in events:
        schedule, instructions = schedule.step(event)
    return schedule, instructions


def test_what_was_answered_early_waits_for_what_was_asked_before():
    two, _ = after(Schedule(Rules(2), workers=2), JobAsked(7, 0.0), JobAsked(3, 0.0))
    waiting, instructions = two.step(JobAnswered(3, 1.0))
    assert instructions == ()
    assert waiting.room
    _, instructions = waiting.step(JobAnswered(7, 2.0))
    assert instructions == (HandOn(7), HandOn(3))


def test_a_job_that_fails_is_tried_again_and_then_fails_with_the_reason():
    first, _ = after(Schedule(Rules(1, attempts=2)), JobAsked(0, 0.0))
    second, instructions = first.step(JobFailed(0, "it crashed", 1.0))
    assert instructions == (StartJob(0, 2),)
    _, instructions = second.step(JobFailed(0, "it crashed", 2.0))
    assert instructions == (HandOn(0, "it crashed, 2 times"),)


def test_a_lost_job_is_tried_again_as_if_nothing_had_been():
    schedule, _ = after(Schedule(Rules(1)), JobAsked(0, 0.0))
    for _ in range(LOSSES):
        schedule, instructions = schedule.step(JobLost(0, "the node is gone", 1.0))
        assert instructions == (StartJob(0, 1),)
    _, instructions = schedule.step(JobLost(0, "the node is gone", 1.0))
    (gives_up,) = instructions
    assert gives_up == GiveUp("a job was lost 11 times with its worker (the node is gone)")


def test_a_lost_job_waits_for_a_worker_that_is_left_and_comes_before_new_ones():
    two, _ = after(Schedule(Rules(2), workers=2), JobAsked(0, 0.0), JobAsked(1, 0.0))
    one, instructions = after(two, WorkersCounted(1, 1.0), JobLost(0, "gone", 1.0))
    assert instructions == ()
    assert not one.room
    again, instructions = one.step(JobAnswered(1, 2.0))
    assert instructions == (StartJob(0, 1),)
    assert not again.room
    grown, _ = again.step(WorkersCounted(2, 3.0))
    assert grown.room


def test_a_run_without_workers_is_given_up_after_a_while_and_says_why():
    rules = Rules(2, patience_s=30.0)
    none, _ = after(
        Schedule(rules, workers=2),
        JobAsked(0, 0.0),
        WorkersCounted(0, 5.0, "the raylet is gone"),
        JobLost(0, "its worker was killed", 5.0),
        TimePassed(30.0),
        WorkersCounted(0, 31.0),
    )
    assert none.step(TimePassed(35.0)) == (none, ())
    _, instructions = none.step(TimePassed(35.5))
    assert instructions == (GiveUp("there has been no worker for 30 s (its worker was killed)"),)
    _, instructions = after(none, WorkersCounted(1, 35.2), TimePassed(99.0))
    assert not any(isinstance(one, GiveUp) for one in instructions)


def test_what_takes_too_long_is_ended_and_its_time_begins_anew():
    rules = Rules(2, attempts=2, limit_s=10.0)
    first, _ = after(Schedule(rules, workers=2), JobAsked(0, 0.0), JobAsked(1, 5.0))
    assert first.step(TimePassed(10.0)) == (first, ())
    second, instructions = first.step(TimePassed(10.5))
    assert instructions == (EndJob(0), StartJob(0, 2))
    _, instructions = second.step(TimePassed(21.0))
    failure = "it took longer than 10 s, 2 times"
    assert instructions == (EndJob(0), EndJob(1), StartJob(1, 2), HandOn(0, failure))


def test_the_time_limit_is_learnt_from_those_that_were_answered():
    schedule, _ = after(
        Schedule(Rules(1, attempts=2)), JobAsked(0, 0.0, 10), JobAnswered(0, 20.0, 20.0),
        JobRecorded(0), JobAsked(1, 20.0, 20),
    )  # fmt: skip
    limit = FACTOR * 40
    assert schedule.step(TimePassed(20 + limit)) == (schedule, ())
    again, instructions = schedule.step(TimePassed(21 + limit))
    assert instructions == (EndJob(1), StartJob(1, 2))
    began = 21 + limit
    assert again.step(TimePassed(began + PATIENCE * limit)) == (again, ())
    _, instructions = again.step(TimePassed(began + 1 + PATIENCE * limit))
    assert instructions == (EndJob(1), HandOn(1, "it took longer than 1.6e+03 s, 2 times"))


def test_what_hangs_before_anything_was_answered_is_nobodys_failure():
    schedule, _ = after(Schedule(Rules(1)), JobAsked(0, 0.0))
    assert schedule.step(TimePassed(FLOOR_S * FACTOR)) == (schedule, ())
    again, instructions = schedule.step(TimePassed(UNKNOWN_S + 1))
    assert instructions == (EndJob(0), StartJob(0, 1))
    assert again.attempts[0].losses == 1


def test_a_job_that_is_foreseen_is_begun_at_once_and_handed_on_when_it_ends():
    schedule, said = after(Schedule(Rules(2), workers=2), JobAsked(0, 0.0), JobForeseen(5, 1.0))
    assert said == (StartJob(5, 1),)
    assert (schedule.order, schedule.foreseen, schedule.idle) == ((0,), 1, False)
    assert schedule.room, "it takes no place of one that is asked for"
    schedule, said = after(schedule, JobAnswered(5, 2.0))
    assert said == (HandOn(5),), "it waits for none that was asked for before"
    schedule, said = after(schedule, JobKnown(5))
    assert (schedule.order, said) == ((0, 5), ()), "and from now on for all of them"
    assert after(schedule, JobAnswered(0, 3.0))[1] == (HandOn(0), HandOn(5))


def test_a_job_that_is_asked_for_while_it_is_under_way_is_one_like_any_other():
    schedule = Schedule(Rules(2, attempts=2), workers=2)
    schedule, said = after(schedule, JobForeseen(5, 0.0), JobAsked(5, 1.0))
    assert (schedule.order, schedule.foreseen, said) == ((5,), 0, ())
    schedule, said = after(schedule, JobFailed(5, "it died", 2.0))
    assert said == (StartJob(5, 2),)


@pytest.mark.parametrize(
    "event", [JobFailed(5, "out of memory", 1.0), JobLost(5, "its node is gone", 1.0)]
)
def test_what_was_foreseen_and_fails_is_dropped(event):
    """And its worker does what waits for one."""
    schedule = Schedule(Rules(1, attempts=2), workers=1)
    schedule, _ = after(schedule, JobForeseen(5, 0.0), JobAsked(6, 0.5))
    schedule, said = after(schedule, event)
    assert said == (Drop(5), StartJob(6, 1))
    assert [*schedule.attempts] == [6]
    assert after(schedule, JobAnswered(5, 3.0)) == (schedule, ())


def test_what_was_foreseen_and_takes_too_long_is_dropped():
    schedule = Schedule(Rules(1, limit_s=LIMIT_S), workers=1)
    schedule, said = after(schedule, JobForeseen(5, 0.0), TimePassed(LIMIT_S + 1))
    assert said == (EndJob(5), Drop(5))
    assert not schedule.attempts


def test_nothing_is_foreseen_where_no_worker_is_idle():
    schedule, _ = after(Schedule(Rules(2), workers=2), JobAsked(0, 0.0), JobForeseen(5, 0.0))
    for key in (5, 0, 6):
        with pytest.raises(ValueError, match=f"job {key}: no worker is idle"):
            schedule.step(JobForeseen(key, 1.0))


def test_no_more_are_begun_than_can_be_recorded_in_time():
    schedule = Schedule(Rules(1))
    for key in range(schedule.rules.lag):
        assert schedule.room
        schedule, _ = after(schedule, JobAsked(key, 0.0), JobAnswered(key, 0.0))
    assert not schedule.room
    with pytest.raises(ValueError, match="no room"):
        schedule.step(JobAsked(99, 0.0))
    schedule, _ = schedule.step(JobRecorded(0))
    assert schedule.room


def test_a_job_is_not_begun_twice():
    begun, _ = Schedule(Rules(2)).step(JobAsked(0, 0.0))
    with pytest.raises(ValueError, match="job 0"):
        begun.step(JobAsked(0, 0.0))
