from dataclasses import replace

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import recipe_from
from evomerge.run.checks.training import most_corrections, training_notes
from tests.run.auditing.held import opened
from tests.run.fakes import prepared as without
from tests.run.loop.preparing import prepared


def told(**evolve):
    """Of the zoo's loop, prepared once, with other settings of what is trained."""
    ready = prepared()
    plain = ready.recipe.plain()
    plain["evolve"] |= evolve
    for key, value in evolve.items():
        if value is None:
            del plain["evolve"][key]
    return [*training_notes(replace(ready, recipe=recipe_from(plain)))]


def test_nothing_is_said_where_nothing_is_trained():
    assert [*training_notes(without())] == []


def test_what_is_trained_on_what_and_what_it_takes():
    does, on, takes = told()
    assert does == (
        "training: after each cycle but the last a low-rank adapter is trained anew from zoo:base: "
        "58,368 numbers in 28 linear layers (rank 8, alpha 16), 4 steps of 16 examples; it joins "
        "the next cycle's parents with a weight that may be 0"
    )
    assert on == (
        "training: on 48 items of the search that people wrote, up to 20 more that each cycle "
        "writes and keeps; of earlier cycles all are kept"
    )
    assert "takes some 812 tokens each time, forward and back" in takes
    assert "3 MiB for weights in float32, gradients and optimizer" in takes
    assert "control" not in takes
    controls = ["no_data", "shuffled_answers", "human_only"]
    assert "as often for each of 2 controls, beyond it" in told(controls=controls)[2]


def test_corrections_are_among_what_it_learns_from():
    ready = replace(prepared(), constitution=opened(count=12, corrections=True))
    assert most_corrections(ready) == 2 * 4
    on = [*training_notes(ready)][1]
    assert "up to 8 answers that the constitution's judge corrects in each; of earlier" in on
    assert most_corrections(replace(ready, constitution=opened(count=12))) == 0
    assert most_corrections(prepared()) == 0


def test_a_budget_that_training_eats_up_is_a_caution():
    (caution,) = [one for one in told(budget={"tokens": 1600}) if one.startswith("caution")]
    assert "training alone may take 1,624 tokens, of a budget of 1,600" in caution
    assert told(budget={"tokens": 1600}, cycles=2)[3:] == []


def test_what_cannot_be_trained_is_refused_with_its_line():
    with pytest.raises(RecipeError, match=r"evolve\.training\.target: .*nothing"):
        told(training={"steps": 4, "warmup": 1, "target": ["nothing"]})


def test_nothing_to_learn_from_is_a_caution():
    plain = prepared().recipe.plain()
    del plain["evolve"]["curriculum"]
    bare = replace(prepared(), recipe=recipe_from(plain), tasks=())
    assert [*training_notes(bare)][-1].startswith("caution: training: no search item has a right")
