"""The tasks that a recipe names: found, opened, told apart."""

import pytest

from evomerge.errors import RecipeError
from evomerge.permissions import Permissions
from evomerge.recipe import parse_recipe
from evomerge.run.preparation.tasks import find_tasks, open_tasks

HEAD = "merge_method: linear\nmodels: [{model: zoo:base}]\nevolve:\n  budget: {evaluations: 1}\n"


def recipe(fitness, more=""):
    return parse_recipe(f"{HEAD}  fitness: {fitness}\n{more}", "r.yaml")


def test_names_are_found_before_anything_is_loaded(tmp_path):
    (tmp_path / "a.txt").write_text("a text")
    found = find_tasks(
        recipe(f"[{{task: zoo_arithmetic, metric: exact_match}}, {{text: {tmp_path}/a.txt}}]")
    )
    assert [[task.name for task in named.tasks] for named in found] == [["zoo_arithmetic"], []]
    with pytest.raises(RecipeError, match=r"r.yaml:\d+: task zoo_arithmetics: .*did you mean"):
        find_tasks(recipe("[{task: zoo_arithmetics, metric: acc}]"))
    with pytest.raises(RecipeError, match="--include-path /nowhere: no such folder"):
        find_tasks(
            recipe("[{task: zoo_arithmetic, metric: acc}]"), Permissions((tmp_path / "/nowhere",))
        )
    with pytest.raises(RecipeError, match=r"a\.txt: is a file; name the folder it lies in"):
        find_tasks(
            recipe("[{task: zoo_arithmetic, metric: acc}]"), Permissions((tmp_path / "a.txt",))
        )


def test_two_measures_of_one_task_have_two_names():
    twice = "[{task: zoo_largest, metric: acc}, {task: zoo_largest, metric: gold_logprob}]"
    assert [task.name for task in open_tasks(recipe(twice))] == [
        "zoo_largest",
        "zoo_largest:gold_logprob",
    ]
    same = "[{task: zoo_largest, metric: acc}, {task: zoo_largest, metric: acc}]"
    with pytest.raises(RecipeError, match=r"the task zoo_largest stands twice in the fitness"):
        open_tasks(recipe(same))


def test_the_end_of_thoughts_needs_answers_that_are_generated():
    more = '  think_end: "</think>"\n'
    with pytest.raises(RecipeError, match=r"r.yaml:6: think_end: no task generates answers"):
        open_tasks(recipe("[{task: zoo_largest, metric: acc}]", more))
    (task,) = open_tasks(recipe("[{task: zoo_arithmetic, metric: exact_match}]", more))
    assert task.generates
