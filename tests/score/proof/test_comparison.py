"""A difference in standard errors."""

from evomerge.score.proof.comparison import Comparison


def test_errors_are_the_difference_by_its_error():
    assert Comparison(0.3, (0.1, 0.5), 0.05, 0.01, 20, 20, 0.1).errors == 0.3 / 0.1
    assert Comparison(-0.2, (-0.4, 0.0), 0.05, 0.99, 20, 20, 0.1).errors == -2.0
    assert Comparison(0.0, (0.0, 0.0), 0.05, 1.0, 20, 20, 0.0).errors == 0.0
