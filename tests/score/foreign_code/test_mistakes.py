"""Mistakes of a task are told as the recipe's, once."""

import pytest

from evomerge.errors import RecipeError, TrialError
from evomerge.recipe import FitnessTerm
from evomerge.score.foreign_code.mistakes import Mistakes

TERM = FitnessTerm(task="sums", metric="acc")
MISTAKES = Mistakes(TERM, "r.yaml:9: ")


@pytest.mark.parametrize(
    "mistakes, told",
    [
        (MISTAKES, "r.yaml:9: task sums: is wrong"),
        (Mistakes(TERM, ""), "task sums: is wrong"),
        (Mistakes(TERM, "", "its task tens (of 2)"), "task sums: its task tens (of 2): is wrong"),
        (Mistakes(FitnessTerm(text="a.txt"), ""), "text a.txt: is wrong"),
    ],
)
def test_a_problem_is_told_with_its_place(mistakes, told):
    assert str(mistakes.found("is wrong")) == told


def test_whatever_a_task_raises_is_a_mistake_of_the_recipe():
    for error in (ValueError("bad row"), SystemExit("bad row")):
        with pytest.raises(RecipeError) as caught, MISTAKES.loading():
            raise error
        assert str(caught.value) == (
            f"r.yaml:9: task sums: cannot be loaded ({type(error).__name__}: bad row)"
        )
        assert caught.value.__cause__ is error


def test_what_is_told_already_is_told_once():
    with pytest.raises(RecipeError, match=r"^r.yaml:9: task sums: is wrong$"), MISTAKES.loading():
        raise MISTAKES.found("is wrong")
    with pytest.raises(RecipeError, match=r"^r.yaml:9: task sums: too$"), MISTAKES.loading():
        raise RecipeError("too")


def test_other_errors_of_ours_and_interrupts_go_through():
    for error in (TrialError("t"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as caught, MISTAKES.loading():
            raise error
        assert caught.value is error
