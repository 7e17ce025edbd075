"""Every order of events: each job is handed on once, in the order asked, and nothing overflows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.workers.events import (
    EndJob,
    HandOn,
    JobAnswered,
    JobAsked,
    JobDied,
    JobRecorded,
    JobsStopped,
    StartJob,
    TimePassed,
)
from evomerge.workers.schedule import Rules, Schedule

LIMIT_S = 10.0
rules = st.builds(
    Rules, st.integers(1, 8), st.integers(1, 3), st.one_of(st.none(), st.just(LIMIT_S))
)


def play(rules, jobs, data, stops=False):
    """Workers and a ledger that do what they like, in any order that they can; what was done."""
    schedule, done, handed, recorded = Schedule(rules), [], [], 0
    asked, attempts, at_work, now = 0, {}, {}, 0.0

    def step(event):
        nonlocal schedule
        schedule, instructions = schedule.step(event)
        for one in instructions:
            done.append(one)
            match one:
                case StartJob(key, attempt):
                    attempts[key] = attempts.get(key, 0) + 1
                    assert attempt == attempts[key] <= rules.attempts
                    assert key not in at_work
                    at_work[key] = now
                    assert len(at_work) <= rules.capacity
                case EndJob(key):
                    assert now - at_work.pop(key) > LIMIT_S
                case HandOn(key):
                    assert key not in at_work
                    handed.append(key)
        assert len(handed) - recorded + len(at_work) <= len(schedule.order) <= rules.lag

    while recorded < jobs:
        can = [
            *(["ask"] if schedule.room and asked < jobs else []),
            *(["answer", "die", "wait"] if at_work else []),
            *(["record"] if recorded < len(handed) else []),
            "stale",
            *(["stop"] if stops else []),
        ]
        what = data.draw(st.sampled_from(can))
        now += data.draw(st.sampled_from([0.0, 1.0, 7.0]))
        match what:
            case "ask":
                asked += 1
                step(JobAsked(asked - 1, now))
            case "answer" | "die":
                key = data.draw(st.sampled_from(sorted(at_work)))
                del at_work[key]
                step(JobAnswered(key, now) if what == "answer" else JobDied(key, "killed", now))
            case "wait":
                step(TimePassed(now))
            case "record":
                recorded += 1
                step(JobRecorded(handed[recorded - 1]))
            case "stale":  # of a worker that was given up, or of nobody
                key = data.draw(st.sampled_from([k for k in range(-1, jobs) if k not in at_work]))
                step(data.draw(st.sampled_from([JobAnswered(key, now), JobDied(key, "?", now)])))
            case "stop":
                at_work.clear()
                step(JobsStopped())
                break
    return schedule, done, handed, asked


@given(rules, st.integers(1, 12), st.data())
def test_every_job_is_handed_on_once_in_the_order_asked(rules, jobs, data):
    schedule, _, handed, _ = play(rules, jobs, data)
    assert handed == [*range(jobs)]
    assert schedule == Schedule(rules)


@given(rules, st.integers(1, 12), st.data())
def test_a_stop_hands_on_what_was_answered_and_keeps_the_order(rules, jobs, data):
    schedule, done, handed, asked = play(rules, jobs, data, stops=True)
    assert handed == sorted(set(handed))
    assert set(handed) <= set(range(asked))
    assert not schedule.under_way
    assert not schedule.ended
    started = [one.key for one in done if isinstance(one, StartJob)]
    assert set(handed) <= set(started)


@given(rules, st.integers(1, 8), st.data())
def test_the_same_events_give_the_same_instructions(rules, jobs, data):
    events = data.draw(
        st.lists(
            st.one_of(
                st.builds(JobAnswered, st.integers(0, jobs), st.just(1.0)),
                st.builds(JobDied, st.integers(0, jobs), st.just("killed"), st.just(1.0)),
                st.builds(TimePassed, st.floats(0, 30)),
                st.builds(JobRecorded, st.integers(0, jobs)),
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
    two, _ = after(Schedule(Rules(2)), JobAsked(7, 0.0), JobAsked(3, 0.0))
    waiting, instructions = two.step(JobAnswered(3, 1.0))
    assert instructions == ()
    assert waiting.room
    _, instructions = waiting.step(JobAnswered(7, 2.0))
    assert instructions == (HandOn(7), HandOn(3))


def test_a_job_is_tried_again_and_then_fails_with_the_reason():
    first, _ = after(Schedule(Rules(1, attempts=2)), JobAsked(0, 0.0))
    second, instructions = first.step(JobDied(0, "killed", 1.0))
    assert instructions == (StartJob(0, 2),)
    _, instructions = second.step(JobDied(0, "killed again", 2.0))
    assert instructions == (HandOn(0, "its worker died 2 times (killed again)"),)


def test_what_takes_too_long_is_ended_and_its_time_begins_anew():
    rules = Rules(2, attempts=2, limit_s=10.0)
    first, _ = after(Schedule(rules), JobAsked(0, 0.0), JobAsked(1, 5.0))
    assert first.step(TimePassed(10.0)) == (first, ())
    second, instructions = first.step(TimePassed(10.5))
    assert instructions == (EndJob(0), StartJob(0, 2))
    _, instructions = second.step(TimePassed(21.0))
    failure = "it took longer than 10 s, 2 times"
    assert instructions == (EndJob(0), HandOn(0, failure), EndJob(1), StartJob(1, 2))


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


@pytest.mark.parametrize("wrong", [{"capacity": 0}, {"attempts": 0}, {"limit_s": 0.0}])
def test_rules_that_nothing_can_keep_to_are_refused(wrong):
    with pytest.raises(ValueError, match=r"at least 1|more than 0"):
        replace(Rules(), **wrong)
