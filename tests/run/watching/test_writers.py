"""What became of what writers wrote, from what is on record of it."""

from evomerge.curriculum.writing import NEAR, easy
from evomerge.ledger import ItemsMade, Refusals
from evomerge.rails import WriterJudged
from evomerge.recipe import load_recipe
from evomerge.run.watching.writers import writers_judged
from tests.run.loop.preparing import RECIPE


def test_refusals_are_counted_by_writer_and_reason():
    curriculum = load_recipe(RECIPE).evolve.curriculum
    assert easy(curriculum) == "more than 0.9 of the population solves it"
    refusals = (
        Refusals("told", NEAR, 7),
        Refusals("told", easy(curriculum), 5),
        Refusals("told", "no answer", 3),
        Refusals("counted", NEAR, 2),
    )
    made = ItemsMade(1, "t", refusals=refusals, drawn={"told": 30, "counted": 10, "idle": 0})
    assert [*writers_judged(made, curriculum)] == [
        WriterJudged(1, "told", 30, 7, 5),
        WriterJudged(1, "counted", 10, 2, 0),
        WriterJudged(1, "idle", 0, 0, 0),
    ]
