"""What a check brings to light is frozen."""

from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest

from evomerge.run.checks import checked
from evomerge.run.checks.checked import Checked, Space


def test_every_part_is_a_frozen_value():
    parts = [kind for kind in vars(checked).values() if is_dataclass(kind)]
    assert len(parts) >= 6
    assert all(kind.__dataclass_params__.frozen for kind in parts)


def test_a_recipe_that_is_merged_has_neither_genes_nor_cost():
    made = Checked((), Space(10, 20, 30), ())
    assert (made.genes, made.points, made.tasks, made.cost) == ((), 0, (), None)
    with pytest.raises(FrozenInstanceError):
        made.points = 1
    assert [field.name for field in fields(Space)] == ["parents", "model", "disk"]
