"""Searches beside the run's own."""

from evomerge import evolve
from evomerge.ledger import Asked, Ledger, Model, Role, WinnerChosen
from evomerge.ledger.role import RANDOM_SEARCH
from evomerge.report.ending import RANDOM
from evomerge.run.cycle.arm import Arm
from tests.run.loop.preparing import small


def test_a_control_searches_as_long_and_alike_but_for_what_it_does_without(tmp_path):
    recipe = small(cycles=2, controls=["no_data"], random_search=True, rails=False)
    run = evolve(recipe, tmp_path / "run")
    arm = Arm("no_data", 0)
    with Ledger(tmp_path / "run") as ledger:
        asked = ledger.records(Asked)
        by_cycle = {}
        for record in asked:
            by_cycle.setdefault(record.what.place.cycle, []).append(record.what)
        (chosen,) = ledger.all_of(WinnerChosen)
    first, control = by_cycle[0], by_cycle[arm.number(0)]
    assert [one.genome for one in first] == [one.genome for one in control], "nothing differs yet"
    assert [len(by_cycle[arm.number(nth)]) for nth in (0, 1)] == [
        len(by_cycle[0]),
        len(by_cycle[1]),
    ]
    genes, without = (len(by_cycle[cycle][0].genome) for cycle in (1, arm.number(1)))
    assert genes == without + 1, "no adapter's weight"
    named = {one.model for one in chosen.against}
    assert {Model(Role.CONTROL, "no_data"), RANDOM_SEARCH} <= named
    assert RANDOM in by_cycle
    assert {"control no_data", "random search"} <= run.verdict.comparisons.keys()
