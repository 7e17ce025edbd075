from evomerge.charts.layer_path import layer_path
from tests.charts.runs import rows

SLICES = [
    {"sources": [{"model": "A", "layer_range": [0, 2]}]},
    {"sources": [{"model": "B", "layer_range": [1, 3]}]},
]


def test_each_step_names_its_layer_and_whose_it_is():
    path = [{"layer": 0}, {"layer": 3, "scale": 0.5}, {"layer": 0}]
    figure = layer_path({"merge_method": "passthrough", "slices": SLICES, "path": path})

    assert rows(figure) == [
        {"step": 0, "layer": 0, "scale": 1.0, "model": "A"},
        {"step": 1, "layer": 3, "scale": 0.5, "model": "B"},
        {"step": 2, "layer": 0, "scale": 1.0, "model": "A"},
    ]
    assert figure.title == "The winner runs through 3 layers, 1 of them once more"


def test_a_merge_without_a_path_has_none():
    assert layer_path({"merge_method": "passthrough", "slices": SLICES}) is None
