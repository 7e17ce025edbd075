"""A term is one task, or several as one."""

import pytest

from evomerge.errors import RecipeError
from evomerge.permissions import NOTHING
from evomerge.recipe import FitnessTerm
from evomerge.score.library.members import Library
from evomerge.score.tasks.opening import open_term
from evomerge.score.tasks.pool import Pool
from evomerge.score.tasks.task import Task


def opened(file, metric="acc"):
    term = FitnessTerm(task=str(file), metric=metric)
    return open_term(term, Library([]).members(str(file)), NOTHING, "r.yaml:9: ")


@pytest.fixture
def group(task_file):
    """A group of two tasks, one of which has acc."""
    choice = task_file("choice")
    task_file("rolling")
    file = choice.parent / "both.yaml"
    file.write_text("group: both\ntask: [choice, rolling]\n")
    return file


def test_a_file_of_one_task_is_that_task(task_file):
    task = opened(task_file("choice"))
    assert isinstance(task, Task)
    assert (task.name, task.metric) == ("choice", "acc")


def test_tasks_of_a_group_without_the_metric_are_left_out_and_named(group):
    pool = opened(group)
    assert isinstance(pool, Pool)
    assert pool.cautions == ["left out of the mean, as they have no acc: rolling"]
    assert len(pool.questions()) == 40


def test_a_metric_that_no_member_has_is_told_by_the_first(group):
    with pytest.raises(RecipeError, match=r"its task choice \(of 2\): has no metric 'f1'"):
        opened(group, "f1")


def test_other_mistakes_of_a_member_are_told(group):
    (group.parent / "choice.yaml").write_text("task: choice\noutput_type: magic\n")
    with pytest.raises(RecipeError, match=r"r.yaml:9: task .*its task choice \(of 2\)"):
        opened(group)
