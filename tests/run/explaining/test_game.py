from evomerge.run.explaining.explanation import FactorKind
from evomerge.run.explaining.game import Game


def test_the_whole_is_all_factors():
    assert Game(FactorKind.GENE, ("a", "b"), lambda there: []).whole == {0, 1}
