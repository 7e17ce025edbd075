import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import load_recipe, parse_recipe
from tests.recipe.test_load import GOOD


@pytest.mark.parametrize(
    "line, replacement, problem",
    [
        (2, "merge_metod: ties", "unknown key 'merge_metod'; did you mean 'merge_method'"),
        (2, "", "the recipe lacks the key 'merge_method'"),
        (11, "normalize: true", "'normalize'; what the merge method takes stands under param"),
        (11, "random_seed: 3", "r.yaml:11: unknown key 'random_seed'; it is called seed"),
        (3, "base_model: ''", "r.yaml:3: base_model: must not be empty"),
        (7, "      weight: {gene: {low: 2, high: 1}}", "low (2.0) must be less than high (1.0)"),
        (7, "      weight: {gene: {low: 0, high: 1, scale: log}}", "above 0 on a log scale"),
        (7, "      weight: {gene: {low: 0}}", "a gene needs low and high, or choice"),
        (7, "      weight: {gene: {choice: []}}", "choice must list one value or more"),
        (7, "      weight: {gene: {low: 0, high: 1, start: 2}}", "start (2) must lie between"),
        (
            7,
            "      weight: .nan",
            "r.yaml:7: models[0].parameters.weight: input should be a finite",
        ),
        (7, "      weight: {gene: {lwo: 0, high: 1}}", "did you mean 'low'"),
        (7, "      weight: []", "models[0].parameters.weight"),
        (11, "dtype: bloat16", "r.yaml:11: dtype: input should be 'float32'"),
        (13, "  fitness: []", "r.yaml:13: evolve.fitness"),
        (13, "  fitness: [{task: t}]", "evolve.fitness[0]: a task is judged in one way: metric"),
        (13, "  fitness: [{metric: m}]", "evolve.fitness[0]: a term has either a task or a text"),
        (14, "  splits: {search: 0.8, validation: 0.2, test: 0.4}", "add up to 1.4"),
        (14, "  splits: {search: 10, validation: 0.2, test: 0.4}", "all three as shares"),
        (15, "  budget: {}", "a budget needs evaluations, minutes or tokens"),
        (15, "  budget: {evaluations: -1}", "r.yaml:15: evolve.budget.evaluations"),
    ],
)
def test_mistakes_are_told_with_file_and_line(tmp_path, line, replacement, problem):
    lines = GOOD.splitlines()
    lines[line - 1] = replacement
    file = tmp_path / "r.yaml"
    file.write_text("\n".join(lines))
    with pytest.raises(RecipeError) as caught:
        load_recipe(file)
    assert problem in str(caught.value)
    assert str(caught.value).startswith(f"{file}")


def test_every_mistake_is_told_at_once():
    with pytest.raises(RecipeError) as caught:
        parse_recipe("merge_method: ties\nmodels: [{mode: a}]\ndtype: x\n")
    assert len(str(caught.value).splitlines()) == 3


def test_a_key_that_is_like_none_gets_no_suggestion():
    recipe = GOOD + "license: {id: mit, reason: agreed}\n"
    with pytest.raises(RecipeError) as caught:
        parse_recipe(recipe)
    assert "unknown key 'license.reason'" in str(caught.value)
    assert "did you mean" not in str(caught.value)
