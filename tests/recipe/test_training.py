import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Training, load_recipe, parse_recipe, recipe_from

TEXT = """\
merge_method: task_arithmetic
base_model: zoo:base
models: [{model: a, parameters: {weight: {gene: {low: 0, high: 1}}}}, {model: b}]
evolve:
  fitness: [{task: t, metric: acc}]
  budget: {evaluations: 5}
  cycles: 2
  training: {KEYS}
"""


def training_of(keys):
    return parse_recipe(TEXT.replace("KEYS", keys)).evolve.training


def test_what_is_left_out_has_a_default():
    assert training_of("") == Training()
    assert Training().lora_alpha == 16
    assert Training(rank=4, alpha=2).scale == 0.5


def test_none_is_trained_where_none_is_asked_for():
    text = "\n".join(line for line in TEXT.splitlines() if "training" not in line)
    recipe = parse_recipe(text)
    assert recipe.evolve.training is None
    assert "training" not in recipe.plain()["evolve"]


def test_a_recipe_is_the_same_read_again():
    recipe = parse_recipe(TEXT.replace("KEYS", "rank: 4, from: zoo:base, target: [q_proj, v_proj]"))
    plain = recipe.plain()["evolve"]["training"]
    assert plain == {"rank": 4, "from": "zoo:base", "target": ["q_proj", "v_proj"]}
    assert recipe_from(recipe.plain()) == recipe


def test_the_model_is_found_beside_the_recipe(tmp_path):
    (tmp_path / "mine").mkdir()
    file = tmp_path / "r.yaml"
    file.write_text(TEXT.replace("KEYS", "from: mine"))
    assert load_recipe(file).evolve.training.from_model == str(tmp_path / "mine")
    (tmp_path / "base").mkdir()  # the word, whatever there is
    file.write_text(TEXT.replace("KEYS", "from: base"))
    assert load_recipe(file).evolve.training.from_model == "base"


@pytest.mark.parametrize(
    "keys, said",
    [
        ("rank: 0", "training.rank"),
        ("learning_rate: 0", "training.learning_rate"),
        ("learning_rate: .nan", "training.learning_rate"),
        ("steps: 10, warmup: 10", "a warm-up of 10 steps leaves none of 10"),
        ("target: []", "training.target"),
        ("target: ['a|b']", "training.target"),
        ("frm: zoo:base", "did you mean 'from'"),
    ],
)
def test_what_is_wrong_is_told(keys, said):
    with pytest.raises(RecipeError, match=said):
        training_of(keys)


def test_an_adapter_needs_a_cycle_to_join():
    with pytest.raises(RecipeError, match="say cycles: 2 or more"):
        parse_recipe(TEXT.replace("KEYS", "").replace("cycles: 2", "cycles: 1"))
