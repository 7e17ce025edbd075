from pathlib import Path

from evomerge.recipe import load_recipe
from tests.recipe.test_schema import MODULES


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


def test_earlier_runs_are_found_beside_the_recipe(tmp_path: Path):
    (tmp_path / "first").mkdir()
    text = "merge_method: linear\nmodels: [{model: a}]\nevolve: {fitness: [{task: t, metric: m}],"
    for said, found in (("first", ("first",)), ("[first, gone]", ("first", "gone"))):
        (tmp_path / "r.yaml").write_text(f"{text} budget: {{minutes: 1}}, start_from: {said}}}")
        runs = load_recipe(tmp_path / "r.yaml").evolve.start_from
        assert runs == tuple(str(tmp_path / n) if n == "first" else n for n in found)


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


def test_relative_paths_in_modules_are_looked_up_beside_the_recipe(tmp_path):
    (tmp_path / "c").mkdir()
    file = tmp_path / "recipe.yaml"
    file.write_text(MODULES)
    assert load_recipe(file).parent_names == ("a", "b", str(tmp_path / "c"))
