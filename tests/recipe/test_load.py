from evomerge.recipe import Open, Rule, parse_recipe

GOOD = """
merge_method: ties
base_model: zoo:base
models:
  - model: zoo:arithmetic
    parameters:
      weight: {gene: {low: 0.0, high: 1.5, points: 4}}
      density: [{filter: mlp, value: [0.1, 0.9]}, 0.5]
  - {model: zoo:french, parameters: {weight: 1}}
parameters: {normalize: true}
dtype: bfloat16
evolve:
  fitness: [{task: t, metric: acc}]
  splits: {search: 0.4, validation: 0.2, test: 0.4}
  budget: {evaluations: 10}
"""


def test_values_keep_their_kinds():
    recipe = parse_recipe(GOOD)
    first, second = recipe.models
    assert isinstance(first.parameters["weight"], Open)
    assert isinstance(first.parameters["density"][0], Rule)
    assert first.parameters["density"][1] == 0.5
    assert second.parameters["weight"] == 1
    assert recipe.parameters["normalize"] is True
    assert recipe.parent_names == ("zoo:base", "zoo:arithmetic", "zoo:french")


def test_plain_values_give_the_same_recipe():
    recipe = parse_recipe(GOOD)
    assert type(recipe).model_validate(recipe.plain()) == recipe
