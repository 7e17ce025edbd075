"""What the zoo promises: small specialists, good at their own task and poor at the others'."""

import json
import random

import pytest
from safetensors import safe_open

from evomerge.errors import ParentError
from evomerge.recipe import parse_recipe
from evomerge.run.scoring import score_model
from evomerge.zoo import MODELS, TASKS, zoo_folder
from scripts.zoo.items import COMPOSED, write_items
from scripts.zoo.skills import SPECIALISTS, base_pair, draw

METRICS = {
    "arithmetic": "exact_match",
    "french": "exact_match",
    "reverse": "acc",
    "largest": "acc",
    "arithmetic_french": "exact_match",
    "reverse_french": "exact_match",
}


@pytest.fixture(scope="module")
def scores():
    """Each model's score on each task, on 100 items."""
    terms = "\n".join(
        f"    - {{task: zoo_{t}, metric: {m}, limit: 120}}" for t, m in METRICS.items()
    )
    recipe = parse_recipe(
        "merge_method: linear\nmodels: [{model: zoo:base}]\n"
        f"evolve:\n  fitness:\n{terms}\n"
        "  splits: {search: 100, validation: 1, test: 1}\n  budget: {evaluations: 1}\n"
    )
    return {
        name: {
            task.removeprefix("zoo_"): scored.score
            for task, scored in score_model(f"zoo:{name}", recipe, "search").tasks.items()
        }
        for name in ("base", *SPECIALISTS)
    }


@pytest.mark.parametrize("name", SPECIALISTS)
def test_a_specialist_is_good_at_its_own_task_and_poor_at_the_others(scores, name):
    chance = 1 / 3
    assert scores[name][name] > 0.75
    for other in set(SPECIALISTS) - {name}:
        assert scores[name][other] < chance + 0.15, other
        assert scores[name][other] < scores[other][other] - 0.3


def test_the_base_is_good_at_nothing(scores):
    assert max(scores["base"].values()) < 0.5


@pytest.mark.parametrize("task", COMPOSED)
def test_two_skills_at_once_is_nobodys_skill(scores, task):
    assert max(scores[name][task] for name in scores) < 0.5


def test_the_models_are_small_and_of_one_shape():
    shapes = {}
    for folder in MODELS.iterdir():
        assert sum(file.stat().st_size for file in folder.iterdir()) < 4 * 2**20
        with safe_open(folder / "model.safetensors", "pt") as file:
            shapes[folder.name] = {n: file.get_slice(n).get_shape() for n in file.keys()}  # noqa: SIM118
    assert len(shapes) >= 4
    assert all(shape == shapes["base"] for shape in shapes.values())


def test_the_script_makes_the_items_that_ship(tmp_path):
    write_items(tmp_path)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert made == {file.name: file.read_bytes() for file in TASKS.glob("*.jsonl")}
    assert set(made) == {f"{name}.jsonl" for name in METRICS}


def test_no_item_is_in_anyones_training():
    """The training draws of base and specialists, a great many of them, hold none of the items."""
    items = {
        json.loads(line)["question"]
        for file in TASKS.glob("*.jsonl")
        for line in file.read_text().splitlines()
    }
    rng = random.Random(7)
    drawn = {base_pair(rng)[0] for _ in range(30_000)}
    for skill in SPECIALISTS.values():
        drawn |= {draw(skill, rng).text for _ in range(10_000)}
    assert len(drawn) > 20_000
    assert not drawn & items


def test_an_unknown_model_is_told_with_those_there_are():
    with pytest.raises(ParentError, match="zoo:arithmetic, zoo:base, zoo:french"):
        zoo_folder("zoo:unicorn")
