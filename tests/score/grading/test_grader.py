"""Whatever gives items their scores can do all that a grader does."""

import inspect

import pytest

from evomerge.score.grading.grader import Grader
from evomerge.score.grading.grading import Grading
from evomerge.score.grading.repeated import Repeated
from evomerge.score.grading.routed import Routed, RoutedGrading
from evomerge.score.tasks.companions import Forgiving, WrongAnswers

METHODS = ("grade", "regrade", "lenient", "audit", "facts")


@pytest.mark.parametrize(
    "kind", [Grading, Repeated, Routed, RoutedGrading, Forgiving, WrongAnswers]
)
def test_it_has_every_method_with_the_same_arguments(kind):
    for name in METHODS:
        asked, had = (inspect.signature(getattr(one, name)) for one in (Grader, kind))
        assert [*had.parameters] == [*asked.parameters]


def test_a_graders_methods_are_these():
    public = {name for name in vars(Grader) if not name.startswith("_")}
    assert public == {*METHODS, "judge", "concurrent"}
