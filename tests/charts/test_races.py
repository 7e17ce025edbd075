from evomerge.charts.races import DRAWN, errors, races
from evomerge.ledger import Place
from evomerge.report.history import PastCandidate, RunHistory
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


def asked(number, error):
    """A candidate that was asked four items."""
    place = Place(0, 0, number)
    return PastCandidate(number, place, (), "d", "sample", (), 0.0, items=4, error=error)


def test_scores_are_drawn_with_what_they_were_known_to():
    figure = errors(RunHistory(candidates=(asked(0, 0.25), asked(1, 0.0), asked(2, 0.125))))

    assert rows(figure) == [
        {"items": 4, "error": 0.25, "candidate": 0},
        {"items": 4, "error": 0.125, "candidate": 2},
    ]
    assert figure.title == "Scores were known to ±0.188 when the search was told of them"


def test_of_many_candidates_a_sample_is_drawn():
    many = tuple(asked(number, 0.5) for number in range(DRAWN + 1))
    assert len(rows(errors(RunHistory(candidates=many)))) <= DRAWN
    assert errors(RunHistory(candidates=(asked(0, 0.0), asked(1, None)))) is None


def test_before_any_has_ended_there_is_nothing_to_count():
    assert races(RunHistory(), 8) is None
