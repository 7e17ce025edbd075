"""Errors, as their module draws them: which is a kind of which, and how the program ends."""

import inspect
import pickle
import re

import pytest

from evomerge import errors

LINE = re.compile(r"^((?:│   |    )*)([├└]── )?(\w+)\s+(?:\((\d+)\))?")
CLASSES = {
    name: kind
    for name, kind in vars(errors).items()
    if inspect.isclass(kind) and issubclass(kind, errors.EvomergeError)
}


def drawn():
    """The tree in the docstring: for each error what it is a kind of, and its exit code."""
    above = {-1: (Exception, None)}
    for line in errors.__doc__.partition("\n\n")[2].splitlines():
        bars, branch, name, code = LINE.match(line).groups()
        depth = len(bars) // 4 + bool(branch)
        base, inherited = above[depth - 1]
        above[depth] = CLASSES[name], int(code) if code else inherited
        yield CLASSES[name], base, above[depth][1]


def test_what_nothing_may_catch_is_no_error():
    assert not issubclass(errors.StoppedAtOnce, Exception)


def test_they_are_what_is_drawn():
    assert [kind for kind, _, _ in drawn()] == [*CLASSES.values()]
    for kind, base, code in drawn():
        assert kind.__bases__ == (base,)
        assert kind.exit_code == code


@pytest.mark.parametrize("kind", CLASSES.values())
def test_they_come_whole_out_of_a_pickle(kind):
    error = kind("recipe.yaml:3: no such gene")
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is kind
    assert str(arrived) == "recipe.yaml:3: no such gene"
