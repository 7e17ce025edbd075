import hashlib

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import ConstitutionSettings, load_recipe, parse_recipe
from evomerge.recipe.constitution import RUBRIC, ConstitutionJudge

TEXT = """
merge_method: linear
models: [{model: zoo:base, parameters: {weight: 1}}]
evolve:
  fitness: [{task: zoo_french, metric: exact_match}]
  budget: {evaluations: 1}
  constitution: {file: principles.yaml, judge: {python: "rule.py:rule"}%s}
"""


def test_it_says_file_judge_and_bounds():
    settings = parse_recipe(TEXT % "").evolve.constitution
    assert settings == ConstitutionSettings(
        file="principles.yaml", judge=ConstitutionJudge(python="rule.py:rule")
    )
    assert (settings.agreement, settings.floor, settings.probes) == (0.8, 0.05, None)
    more = ", until: X, probes: {task: zoo_french, items: 9}, max_gen_toks: 7"
    settings = parse_recipe(TEXT % more).evolve.constitution
    assert (settings.until, settings.probes.items, settings.max_gen_toks) == (("X",), 9, 7)


def test_a_recipe_without_one_stays_what_it_was():
    plain = parse_recipe(TEXT.replace("  constitution", "# ") % "").plain()
    assert "constitution" not in plain["evolve"]


def test_a_model_is_asked_as_judges_of_tasks_are():
    judge = ConstitutionJudge(model="m", url="http://localhost:8000/v1", key_env="KEY")
    assert (judge.asked.model, judge.asked.url, judge.asked.rubric) == ("m", judge.url, RUBRIC)


@pytest.mark.parametrize(
    "old, new, problem",
    [
        ('python: "rule.py:rule"', "", "a judge is a model or a function"),
        ('python: "rule.py:rule"', "model: m, python: a:b", "a judge is a model or a function"),
        ('python: "rule.py:rule"', "python: rule", 'expected "file.py:function"'),
        ('python: "rule.py:rule"', "python: a:b, url: http://x/v1", "url and key_env go with"),
        ('python: "rule.py:rule"', "model: m, url: ftp://x", "url must begin with http"),
        ('python: "rule.py:rule"', "model: m, key_env: K", "key_env goes with a url"),
        ("principles.yaml", '""', "file"),
        ("}%s", "}, agreement: 0%s", "agreement"),
        ("}%s", "}, floor: 1%s", "floor"),
        ("}%s", "}, probes: {items: 3}%s", "lacks the key 'task'"),
        ("}%s", "}, corrections: true%s", "corrections are written by a model at an address"),
        ("}%s", "}, principle: x%s", "unknown key 'evolve.constitution.principle'"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(old, new, problem):
    with pytest.raises(RecipeError, match=rf"(?s)<recipe>:[67]: .*{problem}"):
        parse_recipe(TEXT.replace(old, new) % "")


def test_paths_are_found_beside_the_recipe_and_the_file_is_known_by_its_hash(tmp_path):
    for name, text in (("principles.yaml", "x: 1"), ("rule.py", ""), ("recipe.yaml", TEXT % "")):
        (tmp_path / name).write_text(text)
    settings = load_recipe(tmp_path / "recipe.yaml").evolve.constitution
    assert settings.file == str(tmp_path / "principles.yaml")
    assert settings.sha256 == hashlib.sha256(b"x: 1").hexdigest()
    assert settings.judge.python == f"{tmp_path}/rule.py:rule"
