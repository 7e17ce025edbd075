"""What the checks may ask of the answer's objects."""

import pytest

from evomerge.score.judges.sandbox import Limits, Parts, ProgramEnd, run_program
from evomerge.score.judges.sandbox.answering import Operations


class Box:
    def __init__(self):
        self.items = [1, 2]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, key):
        return self.items[key]

    def __str__(self):
        return "box"


@pytest.mark.parametrize(
    "asked, value",
    [
        (("name", "box"), "box"),
        (("attribute", Box(), "items"), [1, 2]),
        (("length", Box()), 2),
        (("item", Box(), 1), 2),
        (("truth", Box()), True),
        (("equal", Box(), Box()), False),
        (("instance", Box, Box()), True),
        (("call", len, ([1],), {}), 1),
        (("next", iter([5])), 5),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_each_is_done_where_the_object_is(asked, value):
    done = Operations({"box": Box()}).perform(*asked)
    assert (str(done) if isinstance(done, Box) else done) == value


@pytest.mark.parametrize("asked", [("name", "gone"), ("nothing",), ("names",)])
def test_nothing_else_is(asked):
    with pytest.raises((KeyError, AttributeError, TypeError)):
        Operations({}).perform(*asked)


def test_an_answer_runs_as_the_main_program_with_its_own_names():
    answer = (
        "import sys\nif __name__ == '__main__': here = sys.argv\ndef f(): return here, sys.path"
    )
    checks = "assert f()[0] == ['program.py']\nassert not any('sandbox' in p for p in f()[1])"
    assert run_program(Parts(answer, checks), Limits(seconds=60)) == ProgramEnd(True, "")
