from evomerge.ledger import RailDecided, RailOverridden
from evomerge.report.halts import ViewedHalt, describe_halt, overridden

DECIDED = RailDecided("length", "pause", 1, 3, 3.0, 2.0, "t: answers are long")


def test_a_halt_holds_until_a_person_overrides_it():
    halt = ViewedHalt.of(DECIDED)
    assert halt.holds
    assert describe_halt(halt) == (
        "the rail length paused the run after generation 3 of cycle 1: t: answers are long"
    )
    (after,) = overridden([halt], RailOverridden("length", 1, 3, "they explain more"))
    assert not after.holds
    assert describe_halt(after).endswith(". It was overridden: they explain more")


def test_another_generation_or_rail_is_not_overridden():
    halts = (ViewedHalt.of(DECIDED),)
    for rail, generation in (("length", 2), ("spend", 3)):
        assert overridden(halts, RailOverridden(rail, 1, generation, "x")) == halts


def test_a_stop_is_told_as_one():
    told = describe_halt(ViewedHalt.of(RailDecided("failures", "stop", 0, 3, 3, 3, "none")))
    assert told.startswith("the rail failures stopped the run")
