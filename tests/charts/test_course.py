from evomerge.charts.course import course
from tests.charts.runs import read, rows
from tests.report.history import SEARCHED


def test_generations_finalists_and_parents_have_their_scores():
    figure = course(*read())

    assert [(r["generation"], r["best"]) for r in rows(figure, "generations")] == [
        (0, 0.75),
        (1, 0.625),
    ]
    found = {(r["name"], r["split"], r["score"]) for r in rows(figure, "finalists")}
    assert found == {
        ("winner", "search items", 0.75),
        ("winner", "validation items", 0.625),
        ("winner", "sealed items", 0.75),
        ("finalist 1", "search items", 0.625),
        ("finalist 1", "validation items", 0.5),
    }
    assert {(r["name"], r["split"], r["score"]) for r in rows(figure, "parents")} == {
        ("A", "search items", 0.5),
        ("A", "validation items", 0.5),
    }
    assert (
        "the winner has 0.750 on search items, 0.625 on validation items, 0.750 on sealed"
        in figure.title
    )


def test_before_a_candidate_has_a_score_there_is_nothing_to_draw():
    assert course(*read(SEARCHED[:8])) is None
