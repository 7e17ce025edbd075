from evomerge.charts.shares import from_uniform
from tests.charts.runs import rows
from tests.charts.test_weights import recipe


def test_shares_are_held_against_those_of_the_plain_average():
    figure = from_uniform(recipe(0.75, 0.25))

    assert {row["share"] for row in rows(figure) if row["row"] == "A"} == {0.25}
    assert {row["share"] for row in rows(figure) if row["row"] == "B"} == {-0.25}
    assert {row["share"] for row in rows(from_uniform(recipe(0.3, 0.3)))} == {0.0}


def test_weights_that_are_no_shares_are_not_drawn():
    plain = {
        "merge_method": "model_stock",
        "base_model": "A",
        "models": [{"model": "A"}, {"model": "B"}],
    }
    assert from_uniform(plain) is None
    assert (
        from_uniform(
            {"merge_method": "slerp", "models": [{"model": "A"}], "parameters": {"t": 0.5}}
        )
        is None
    )
