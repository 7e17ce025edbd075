"""Every recipe in recipes/ loads and validates; its tasks say what they are meant to say."""

import json
from pathlib import Path

import jsonschema
import lm_eval.tasks
import pytest
import yaml

from evomerge import evolve
from evomerge.engine.request import Generated
from evomerge.merge.merging import merge
from evomerge.merge.plan.contract import check_contract
from evomerge.recipe import FitnessTerm, Genome, Recipe, load_recipe, recipe_from
from evomerge.run.preparation.preflight import require_genes
from evomerge.score.library.members import Library
from evomerge.score.library.task_file import read_task_file
from evomerge.score.tasks.task import Task
from evomerge.search.algorithms import ALGORITHMS, kind_of
from tests.score.recorder import build, recorder_for

RECIPES = Path(__file__).parents[1] / "recipes"
ALGORITHM_FILES = sorted((RECIPES / "algorithms").glob("*.yaml"))
FILES = [*sorted(RECIPES.glob("*.yaml")), *ALGORITHM_FILES]
SPACES = ["layers", "weights_and_layers", "formula", "operators"]
"""Those that show a search space each, on the smallest zoo."""
LM_EVAL = Path(lm_eval.tasks.__file__).parent


def test_they_are_all_here():
    named = {"quickstart", "smollm2", "japanese_math", "llama_math", *SPACES}
    assert named <= {f.stem for f in FILES}


def test_every_algorithm_has_its_recipe_which_differs_in_one_line():
    assert {file.stem for file in ALGORITHM_FILES} == {*ALGORITHMS}
    lines = [file.read_text().splitlines() for file in ALGORITHM_FILES]
    for alike in zip(*lines, strict=True):
        named = "  search:" if alike[0].startswith("  search:") else alike[0]
        assert all(line.startswith(named) for line in alike)


@pytest.mark.parametrize("file", ALGORITHM_FILES, ids=lambda file: file.stem)
def test_an_algorithms_recipe_names_it(file):
    """It is run by tests/run/test_resumed.py."""
    assert kind_of(load_recipe(file).evolve.search).name == file.stem


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_schema_takes_it_and_no_other_key(file):
    """What `evomerge schema` prints, for editors."""
    schema, recipe = Recipe.model_json_schema(), yaml.safe_load(file.read_text())
    jsonschema.validate(recipe, schema)
    with pytest.raises(jsonschema.ValidationError, match="merge_metod"):
        jsonschema.validate({**recipe, "merge_metod": "slerp"}, schema)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_loads_and_validates(file):
    recipe = load_recipe(file)
    check_contract(recipe)
    require_genes(recipe)
    genome = Genome(recipe)
    concrete = genome.decode(genome.start)
    check_contract(concrete)
    assert genome.encode(concrete) == genome.snap(genome.start)
    assert recipe_from(recipe.plain()) == recipe


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_its_tasks_have_the_metrics_it_reads(file):
    for term in load_recipe(file).evolve.fitness:
        (member,) = Library([]).members(term.task).tasks
        task = read_task_file(member.path)
        metric, _, chosen = term.metric.partition(",")
        assert metric in {entry["metric"] for entry in task["metric_list"]}
        filters = {entry["name"] for entry in task.get("filter_list", [])}
        assert chosen in filters or (not chosen and len(filters) <= 1)


@pytest.mark.parametrize("name", SPACES)
def test_it_is_searched_and_its_winner_made_again(name, tmp_path):
    plain = load_recipe(RECIPES / f"{name}.yaml").plain()
    plain["evolve"] |= {
        "splits": {"search": 16, "validation": 12, "test": 12},
        "search": {**plain["evolve"]["search"], "population": 4},
        "budget": {"evaluations": 8},
        "elites": 1,
    }
    run = evolve(recipe_from(plain), tmp_path / "run")
    winner = load_recipe(run.winner / "recipe.yaml")
    assert not len(Genome(winner))
    assert merge(winner, tmp_path / "again") == run.weights_sha256


@pytest.mark.parametrize("name", ["gsm8k_ja", "mgsm_ja"])
@pytest.mark.parametrize(
    "answer, right",
    [
        ("16個から3個と4個を引くと9個です。9×2=18なので、答えは18ドルです。", True),
        ("答えは 1,018 です。", False),
        ("まず18、次に 9。", False),
        ("答え：18.00", True),
        ("わかりません。", False),
        ("", False),
    ],
    ids=["worked", "another", "last", "decimal", "words", "nothing"],
)
def test_the_last_number_of_a_japanese_answer_counts(tmp_path, name, answer, right):
    config = read_task_file(RECIPES / "japanese_math" / f"{name}.yaml")
    config |= {"dataset_path": "json", "dataset_kwargs": {"data_files": {"test": "items.jsonl"}}}
    config["generation_kwargs"]["max_gen_toks"] = 64  # the zoo's models read no more
    config.pop("dataset_name", None)
    (tmp_path / "task.yaml").write_text(yaml.safe_dump(config, allow_unicode=True))
    doc = {"question": "アヒルは1日に16個の卵を生みます。", "answer_number": 18}
    (tmp_path / "items.jsonl").write_text(json.dumps(doc, ensure_ascii=False))
    task = Task(FitnessTerm(task=str(tmp_path / "task.yaml"), metric="exact_match"))
    items = build(task, recorder_for("zoo:base"), False)
    (score,) = task.grading.grade(items, [(Generated(answer, 9, True),)])
    assert score.value == float(right)
