import pytest

from evomerge.charts.weights import STEPS, other_parameters, weights
from tests.charts.runs import rows


def recipe(*settings, **more):
    models = [
        {"model": name, "parameters": {"weight": setting}}
        for name, setting in zip("AB", settings, strict=True)
    ]
    return {"merge_method": "linear", "models": models, **more}


def along(figure, name):
    return [row["weight"] for row in rows(figure) if row["row"] == name]


def test_a_gradient_is_drawn_from_first_layer_to_last():
    drawn = along(weights(recipe([0.0, 1.0], 0.5)), "A")

    assert drawn == pytest.approx([step / (STEPS - 1) for step in range(STEPS)])


def test_tensors_that_a_filter_names_have_a_row_of_their_own():
    figure = weights(recipe([{"filter": "mlp", "value": 0.25}, {"value": 2.0}], 1.0))

    assert set(along(figure, "A · mlp")) == {0.25}
    assert set(along(figure, "A")) == {2.0}
    assert figure.title == "The winner weighs A most"


def test_what_has_no_weights_is_not_drawn():
    plain = {
        "merge_method": "model_stock",
        "base_model": "A",
        "models": [{"model": "A"}, {"model": "B"}],
    }
    assert weights(plain) is None


def test_slices_have_the_weights_of_their_sources():
    sources = [
        {"model": name, "layer_range": [0, 2], "parameters": {"weight": weight}}
        for name, weight in (("A", 1.0), ("B", -0.5))
    ]
    figure = weights({"merge_method": "linear", "slices": [{"sources": sources}]})

    assert set(along(figure, "A")) == {1.0}
    assert set(along(figure, "B")) == {-0.5}


def ties(*densities):
    made = recipe(1.0, 0.5, merge_method="ties", base_model="O")
    for entry, density in zip(made["models"], densities, strict=True):
        entry["parameters"]["density"] = density
    return made


def test_other_numbers_of_parents_have_a_map_each():
    (figure,) = other_parameters(ties([0.25, 0.75], 0.5))

    assert along(figure, "A")[0] == 0.25
    assert along(figure, "A")[-1] == 0.75
    assert set(along(figure, "B")) == {0.5}
    assert (figure.name, figure.title) == ("parameter_density", "A has the largest density")
    assert figure.drawn("png").startswith(b"\x89PNG")


def test_what_is_the_same_for_all_is_no_map():
    assert [*other_parameters(ties(0.5, 0.5))] == []
    assert [*other_parameters(recipe(0.5, 1.0))] == []
