from dataclasses import replace

from evomerge.charts.forest import forest, forest_by_task
from tests.charts.runs import rows
from tests.report.history import VERDICT


def test_each_model_has_its_difference_and_interval():
    figure = forest(VERDICT)

    assert [row["name"] for row in rows(figure)] == ["A", "B", "uniform"]
    assert rows(figure)[0] == {
        "name": "A",
        "difference": 0.25,
        "low": 0.125,
        "high": 0.375,
        "shown": "better",
    }
    assert (
        figure.title == "The winner is better than the best parent (A): +0.250 (+0.125 to +0.375)"
    )


def test_an_interval_around_zero_shows_nothing():
    against = VERDICT.comparisons["A"]
    fitness = replace(against.fitness, interval=(-0.1, 0.3))
    verdict = replace(VERDICT, comparisons={"A": replace(against, fitness=fitness)})

    figure = forest(verdict)

    assert rows(figure)[0]["shown"] == "not shown"
    assert "may be no better than" in figure.title


def test_tasks_are_compared_with_the_rival_that_looks_best():
    (row,) = rows(forest_by_task(VERDICT))
    assert (row["name"], row["difference"]) == ("t", 0.25)


def test_nothing_is_drawn_where_nothing_was_compared():
    verdict = replace(VERDICT, comparisons={}, best=None)
    assert forest(verdict) is None
    assert forest_by_task(verdict) is None
