"""What may be done before a run asks for it."""

import pytest

from evomerge.ledger import Split
from evomerge.run.evaluation.foreseen import Foreseen, nothing
from evomerge.run.evaluation.offspring import Offspring
from tests.run.fakes import prepared


def test_sealed_items_are_never_foreseen():
    offspring = Offspring(prepared().recipe, "d")
    with pytest.raises(ValueError, match="sealed"):
        Foreseen(offspring, Split.TEST)
    assert Foreseen(offspring, Split.VALIDATION).items is None
    assert [*nothing()] == []
