import pytest
import yaml

from evomerge.errors import RecipeError
from evomerge.reading.file_kind import TASK
from evomerge.reading.yaml_text import MAX_NODES, refuse_traps


def refuse(text, aliases=True):
    refuse_traps(text, "f", TASK, yaml.CSafeLoader, aliases=aliases)


def is_refused(text):
    try:
        refuse(text)
    except RecipeError:
        return True
    return False


LEVELS = "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]\n" for i in range(1, 10))
MERGED = "".join(f"l{i}: &l{i} {{<<: [{', '.join([f'*l{i - 1}'] * 9)}]}}\n" for i in range(1, 10))


@pytest.mark.parametrize(
    "text, problem",
    [
        ("a:\n  " + "[" * 100_000, "f:2: nested deeper than 32 levels"),
        ("l0: &l0 [x]\n" + LEVELS, "f:6: more than 100000 values, so not a task file"),
        ("l0: &l0 {x: 1}\n" + MERGED, "f:6: more than 100000 values, so not a task file"),
        ("a: &a [*a]", "f:1: more than"),
        ("- x\n" * (MAX_NODES + 1), f"f:{MAX_NODES}: more than"),
        ("a: 1\nb: " + "1" * 40_000, "f:2: '1111"),
        ("a: 1" + ":00" * 100_000, "f:1: '1:00:00"),
        ('a: "x\\0"', "f:1: holds a NUL"),
    ],
)
def test_traps_are_told_with_their_line(text, problem):
    with pytest.raises(RecipeError) as caught:
        refuse(text)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    "taken, refused",
    [
        ("a: &a {x: 1}\nb: {<<: *a, y: 2}", "a: &a {x: 1, <<: *a}"),
        ("a: " + "1" * 400, "a: " + "1" * 401),
        ("a: '" + "1" * 4000 + "'\n---\nb: 1e-4", "a: 1e-4\n---\nb: " + "1" * 4000),
        ("[" * 32 + "]" * 32, "[" * 33 + "]" * 33),
    ],
    ids=["aliases", "digits", "text", "levels"],
)
def test_what_is_used_stays_up_to_the_limits(taken, refused):
    assert [is_refused(text) for text in (taken, refused)] == [False, True]


def test_aliases_can_be_refused():
    with pytest.raises(RecipeError, match=r"f:2: aliases \(\*a\) are not allowed"):
        refuse("a: &a 1\nb: *a", aliases=False)
