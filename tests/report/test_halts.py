from dataclasses import replace

from evomerge.ledger import RailDecided
from evomerge.report.halts import ViewedHalt, describe_halt, overridden

DECIDED = RailDecided("length", "pause", 1, 3, 3.0, 2.0, "t: answers are long")


def test_a_halt_holds_until_a_person_overrides_it():
    halt = ViewedHalt.of(DECIDED)
    assert halt.holds
    assert describe_halt(halt) == (
        "the rail length paused the run after generation 3 of cycle 1: t: answers are long"
    )
    (after,) = overridden([halt], DECIDED.overridden("they explain more"))
    assert not after.holds
    assert describe_halt(after).endswith(". It was overridden: they explain more")


def test_another_decision_is_not_overridden_though_it_stands_at_the_same_place():
    halts = (ViewedHalt.of(DECIDED),)
    for other in ({"generation": 2}, {"rail": "spend"}, {"value": 3.5}, {"sentence": "u: long"}):
        assert overridden(halts, replace(DECIDED, **other).overridden("x")) == halts


def test_a_stop_is_told_as_one():
    told = describe_halt(ViewedHalt.of(RailDecided("failures", "stop", 0, 3, 3, 3, "none")))
    assert told.startswith("the rail failures stopped the run")
