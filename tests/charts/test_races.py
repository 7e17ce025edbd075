from evomerge.charts.races import races
from evomerge.report.history import RunHistory
from tests.charts.runs import read, rows


def test_candidates_are_counted_by_how_they_ended():
    _, history = read()

    figure = races(history, 8)

    assert rows(figure) == [
        {"generation": 0, "state": "failed", "candidates": 1},
        {"generation": 0, "state": "scored", "candidates": 1},
        {"generation": 1, "state": "scored", "candidates": 1},
    ]
    assert figure.title == "0 of 3 candidates were cut early; 67% of all items were asked"


def test_before_any_has_ended_there_is_nothing_to_count():
    assert races(RunHistory(), 8) is None
