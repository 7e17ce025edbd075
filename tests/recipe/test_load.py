from pathlib import Path

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Open, Rule, load_recipe, parse_recipe

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


def test_local_paths_become_absolute_and_names_stay(tmp_path: Path, monkeypatch):
    (tmp_path / "recipes" / "here").mkdir(parents=True)
    (tmp_path / "recipes" / "lora").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "recipes" / "t.yaml").write_text("task: t\n")
    recipe = tmp_path / "recipes" / "r.yaml"
    recipe.write_text(
        "merge_method: linear\nmodels: [{model: here+lora}, {model: there}, {model: org/hub@abc}]\n"
        "evolve: {fitness: [{task: t.yaml, metric: m}, {task: name, metric: m}],"
        " budget: {minutes: 1}}\n"
    )
    monkeypatch.chdir(tmp_path)
    loaded = load_recipe(recipe)
    here = tmp_path / "recipes"
    assert [entry.model for entry in loaded.models] == [
        f"{here / 'here'}+{here / 'lora'}",
        str(tmp_path / "there"),
        "org/hub@abc",
    ]
    assert [term.task for term in loaded.evolve.fitness] == [str(here / "t.yaml"), "name"]


def test_what_judges_is_found_beside_the_recipe(tmp_path: Path):
    for name in ("quality.py", "book.txt", "critic"):
        (tmp_path / name).mkdir() if name == "critic" else (tmp_path / name).write_text("")
    recipe = tmp_path / "r.yaml"
    recipe.write_text(
        "merge_method: linear\nmodels: [{model: m}]\nevolve:\n  budget: {minutes: 1}\n  fitness:\n"
        "    - {task: t, python: 'quality.py:score'}\n    - {task: t, python: 'a.b:score'}\n"
        "    - {text: book.txt}\n    - {task: t, judge: {model: critic, rubric: r}}\n"
        "    - {task: t, judge: {model: critic, rubric: r, url: 'http://h/v1'}}\n"
    )
    local, module, text, judge, remote = load_recipe(recipe).evolve.fitness
    assert local.python == f"{tmp_path}/quality.py:score"
    assert module.python == "a.b:score"
    assert text.text == str(tmp_path / "book.txt")
    assert judge.judge.model == str(tmp_path / "critic")
    assert remote.judge.model == "critic"


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


def test_models_or_slices_but_not_both():
    part = "{sources: [{model: a, layer_range: [0, 2]}]}"
    assert parse_recipe(f"merge_method: linear\nslices: [{part}]").slices
    with pytest.raises(RecipeError, match="either models or slices"):
        parse_recipe(f"merge_method: linear\nmodels: [{{model: a}}]\nslices: [{part}]")
    with pytest.raises(RecipeError, match=r"layer_range \[2, 2\] holds no layer"):
        parse_recipe(f"merge_method: linear\nslices: [{part.replace('[0, 2]', '[2, 2]')}]")


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
