"""A schedule takes every event, and every instruction can be followed."""

from dataclasses import fields, is_dataclass
from typing import get_args

import pytest

from evomerge.workers import events
from evomerge.workers.events import (
    HandOn,
    Instruction,
    JobAsked,
    JobForeseen,
    JobKnown,
    ScheduleEvent,
)
from evomerge.workers.schedule import Rules, Schedule

KINDS = [kind for kind in vars(events).values() if is_dataclass(kind)]


def test_every_kind_is_an_event_or_an_instruction():
    assert {*KINDS} == {*get_args(ScheduleEvent), *get_args(Instruction)}


@pytest.mark.parametrize("kind", get_args(ScheduleEvent))
def test_an_event_of_a_job_that_nobody_asked_for_changes_nothing(kind):
    given = {"key": 7, "reason": "it died", "at": 3.0, "size": 1, "took_s": 0.1}
    given |= {"count": 1, "trouble": ""}
    event = kind(**{field.name: given[field.name] for field in fields(kind)})
    schedule = Schedule(Rules())
    after, instructions = schedule.step(event)
    if kind is JobAsked:
        assert after.order == (7,)
    elif kind is JobForeseen:
        assert (after.order, after.under_way) == ((), (7,))
    elif kind is JobKnown:
        assert (after.order, instructions) == ((7,), (HandOn(7),))
    else:
        assert (after, instructions) == (schedule, ())


def test_a_job_that_is_handed_on_has_an_answer_where_nothing_is_said():
    assert HandOn(3).failure == ""
