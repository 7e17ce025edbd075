"""Types that a processor only imitates are told."""

import torch

from evomerge.recipe import parse_recipe
from evomerge.run.checks.number_type import note_of, number_type_note, slowdown, type_of
from evomerge.run.preparation.preflight import prepare
from tests.run.small import TEXT


def test_a_type_is_measured_against_float32():
    assert 0 < slowdown(torch.bfloat16) < float("inf")


def test_a_slow_type_is_named_with_the_cure():
    said = note_of(torch.bfloat16, 7.9)
    assert said.startswith("caution: dtype: this processor takes 8 times as long")
    assert "multiply bfloat16 as float32" in said
    assert "`dtype: float32`" in said
    assert note_of(torch.bfloat16, 1.9) == ""


def test_the_type_is_that_of_the_offspring():
    """float32 needs no measure."""
    assert number_type_note(prepare(parse_recipe(TEXT, "r.yaml"))) == ""
    small = prepare(parse_recipe(TEXT.replace("evolve:", "dtype: bfloat16\nevolve:", 1), "r.yaml"))
    assert small.recipe.dtype == "bfloat16"
    assert type_of(small) is torch.bfloat16
