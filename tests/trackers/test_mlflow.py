"""What is MLflow's own; the rest stands in test_tracker.py."""

from evomerge.trackers.mlflow import flat


def test_a_recipe_is_flat_text():
    recipe = {"models": [{"model": "a", "weight": 0.1}, {}], "none": None, "empty": []}
    recipe["a/../b c"] = {"x" * 300: True}
    assert dict(flat(recipe)) == {
        "models.0.model": "a",
        "models.0.weight": "0.1",
        "models.1": "{}",
        "none": "None",
        "empty": "[]",
        "x" * 250: "True",
    }
