import pytest

from evomerge.charts.importance import importance, importance_figure
from tests.charts.runs import history_of, rows


def test_the_gene_that_makes_the_score_is_found():
    peak = history_of(200, lambda x: 1 - (x[1] - 0.5) ** 2)

    found = importance(peak.searched, 3)

    assert found[1] == pytest.approx(1)
    assert max(found[0], found[2]) < 0.1


def test_of_few_candidates_and_of_equal_ones_nothing_is_said():
    assert importance(history_of(7, sum).searched, 3) == [0, 0, 0]
    assert importance(history_of(50, lambda x: 0.5).searched, 3) == [0, 0, 0]


def test_the_figure_names_the_first():
    figure = importance_figure([("a weight", 0.5), ("b weight", 0.25)])

    assert rows(figure) == [{"gene": "a weight", "share": 0.5}, {"gene": "b weight", "share": 0.25}]
    assert figure.title == "a weight goes with the score most"
