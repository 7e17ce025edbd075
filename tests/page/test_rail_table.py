from dataclasses import replace

from evomerge.ledger import GenerationWatched, RailDecided
from evomerge.page.rail_table import rail_table
from evomerge.rails.rules import RAILS
from evomerge.report.reading import read
from tests.report.history import RECIPE, SEARCHED, records

LOOK = GenerationWatched(0, 0, 4, 0, 4, None)
DECIDED = RailDecided("spend", "pause", 0, 0, 9.0, 5.0, "9 tokens are spent, and 5 are the limit")


def viewed(*facts, **evolve):
    recipe = {**RECIPE, "evolve": {**RECIPE["evolve"], **evolve}}
    return replace(read(records([*SEARCHED, *facts])), recipe=recipe)


def test_each_rail_is_told_with_what_it_decided():
    rails = {"spend": {"tokens": 5}, "length": {}}
    (table,) = rail_table(viewed(LOOK, DECIDED, DECIDED.overridden("a bill"), rails=rails))
    said = {row[0]: row[2] for row in table.rows}
    assert table.title == f"{len(RAILS)} rails have looked at 1 generation"
    assert said.pop("spend") == (
        "pause after generation 0 of cycle 0: 9 tokens are spent, and 5 are the limit "
        "(overridden: a bill)"
    )
    assert said == {name: "go on, each time" for name in RAILS if name != "spend"}


def test_without_rails_or_before_they_look_there_is_no_table():
    assert [*rail_table(viewed())] == []
    assert [*rail_table(viewed(rails={"length": {}}))] == []
    assert [*rail_table(viewed(LOOK, rails={"of another version": {}}))] == []
