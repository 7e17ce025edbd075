import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import parse_recipe
from tests.recipe.test_load import GOOD


@pytest.mark.parametrize(
    "term, problem",
    [
        ("task: t, text: x, metric: m", "either a task or a text"),
        ("task: t, metric: m, python: 'a:b'", "judged in one way: metric, python, judge"),
        ("text: x, python: 'a:b'", "a text takes a metric (bits_per_byte by default)"),
        ("text: x, num_fewshot: 2", "and no examples"),
        ("text: x, filter: f", "a text has no filters"),
        ("task: t, metric: m, filter: f", 'say metric: "metric,filter"'),
        ("task: t, judge: {model: m}", "evolve.fitness[0].judge lacks the key 'rubric'"),
        ("task: t, judge: {model: m, rubric: ' '}", "the rubric must say"),
        ("task: t, judge: {model: m, rubric: r, url: 'file:///etc'}", "begin with http"),
        ("task: t, judge: {model: m, rubric: r, url: 'http://u:p@h/v1'}", "more than an address"),
        ("task: t, judge: {model: m, rubric: r, url: 'http://h/v1?key=k'}", "more than an address"),
        ("task: t, judge: {model: m, rubric: r, key_env: K}", "key_env goes with a url"),
        (
            "task: t, judge: {model: m, rubric: r, url: 'http://h', key_env: sk-secret}",
            "no key belongs in a recipe",
        ),
    ],
)
def test_a_term_of_the_fitness_is_judged_in_one_way(term, problem):
    lines = GOOD.splitlines()
    lines[12] = f"  fitness: [{{{term}}}]"
    with pytest.raises(RecipeError) as caught:
        parse_recipe("\n".join(lines), "r.yaml")
    assert str(caught.value).startswith("r.yaml:13: ")
    assert problem in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "keys, problem",
    [
        ("range: [1, 0]", "the first must be less than the second"),
        ("range: [0, 0]", "the first must be less than the second"),
        ("range: [0]", "range"),
        ("range: [0, .inf]", "range"),
        ("group: ''", "group"),
    ],
)
def test_ranges_and_groups_are_checked(keys, problem):
    text = (
        "merge_method: linear\nmodels: [{model: a}]\nevolve:\n"
        "  fitness: [{task: t, metric: acc, KEYS}]\n  budget: {evaluations: 1}\n"
    )
    with pytest.raises(RecipeError, match=problem):
        parse_recipe(text.replace("KEYS", keys))
    parse_recipe(text.replace("KEYS", "range: [-1, 2.5], group: '{{passage}}'"))
