"""Checks in a process of their own: honest answers pass them, and what cheats does not."""

import pytest

from evomerge.score.judges.sandbox import Limits, Parts, ProgramEnd, run_program, run_programs
from tests.score.judges.hostile import CHEATED, CHEATS

HONEST = {
    "values": ("def f(x): return {1: (x, [None, 2.5, 'é'])}", "assert f(b'a')[1][1][2] == 'é'"),
    "a changed argument": (
        "def f(x): x.sort()",
        "given = [2, 1]\nf(given)\nassert given == [1, 2]",
    ),
    "what it holds": (
        "class A:\n    def __iter__(self): return iter([1, 2])\ndef f(): return A()",
        "assert 2 in f() and 3 not in f()",
    ),
    "a generator": ("def f():\n    yield 1\n    yield [2]", "assert list(f()) == [1, [2]]"),
    "a function as an argument": ("def f(g, x): return g(x)", "assert f(lambda y: y + 1, 2) == 3"),
    "a function in return": ("def f(x): return lambda y: x + y", "assert f(1)(2) == 3"),
    "a class": (
        "class A:\n    def __init__(self, x): self.x = x\n    def get(self): return self.x\n"
        "    def __eq__(self, other): return self.x == other.x",
        "a = A(1)\na.x = 2\nassert a.get() == 2 and isinstance(a, A) and a == A(2) and a != A(3)",
    ),
    "an object as an argument": (
        "class A:\n    pass\ndef f(a): return a.x",
        "a = A()\na.x = 3\nassert f(a) == 3",
    ),
    "an exception": (
        "class Own(ValueError): pass\ndef f(): raise Own('x')",
        "try:\n    f()\nexcept ValueError as e:\n    assert e.args == ('x',)\nelse:\n    assert 0",
    ),
    "a variable": ("x = 1\ndef f():\n    global x\n    x += 1", "f()\nassert x == 2"),
    "fractions": (
        "from fractions import Fraction\ndef f(): return Fraction(1, 2)",
        "assert f() == 0.5",
    ),
    "its own end": (
        "def f(): return 1\nif __name__ == '__main__':\n    print(f())",
        "assert f() == 1",
    ),
    "unittest": (
        "def f(x): return 2 * x",
        "import unittest\nclass T(unittest.TestCase):\n"
        "    def test_f(self): self.assertEqual(f([1]), [1, 1])\n"
        "assert unittest.main(exit=False).result.testsRun == 1",
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_answer_passes(name):
    assert run_program(Parts(*HONEST[name]), Limits(seconds=60)) == ProgramEnd(True, "")


def test_no_cheat_passes():
    programs = [Parts(source, CHEATED) for source in CHEATS.values()]
    ends = run_programs(programs, Limits(seconds=3), at_once=2)
    assert [name for name, end in zip(CHEATS, ends, strict=True) if end.passed] == []


def test_an_answer_that_ends_a_loop_of_the_checks_early_does_not_pass():
    for raised in ("StopIteration", "GeneratorExit"):
        checks = "def one(x):\n    assert double(x) == 2 * x\n    return True\n"
        checks += "assert all(map(one, [1, 2]))"
        ended = run_program(Parts(f"def double(x): raise {raised}", checks), Limits(seconds=60))
        assert "RuntimeError: the answer raised" in ended.reason


def test_an_object_that_says_it_holds_everything_is_not_believed():
    answer = "class Any:\n    def __contains__(self, value): return True\n"
    answer += "    def __iter__(self): return iter([])\ndef f(): return Any()"
    assert not run_program(Parts(answer, "assert 3 in f()"), Limits(seconds=60)).passed


def test_names_of_python_s_own_are_its_own_unless_the_checks_mean_the_answer_s():
    answer = "def abs(x): return 0\ndef sum(a, b): return a + b\ndef f(x): return 7"
    assert not run_program(Parts(answer, "assert abs(f(1) - 2) < 1"), Limits(seconds=60)).passed
    assert not run_program(Parts(answer, "assert sum(1, 2) == 3"), Limits(seconds=60)).passed
    asked = Parts(answer, "assert sum(1, 2) == 3", ("sum",))
    assert run_program(asked, Limits(seconds=60)).passed


def test_checks_are_contained_too():
    for checks in ("open('/etc/passwd')", "import os\nos.fork()", "import os\nos.listdir('/')"):
        ended = run_program(Parts("", checks), Limits(seconds=60))
        assert not ended.passed
        assert "Error" in ended.reason


def test_an_answer_cannot_call_what_the_checks_did_not_hand_over():
    answer = (
        "import sys\nfrom types import ModuleType\n"
        "def f(g):\n    try: g._channel.ask('attribute', g, '__globals__')\n"
        "    except Exception as error: return str(error)\n    return 'reached'"
    )
    checks = "assert f(lambda: 0) == 'attribute is not asked of checks'"
    assert run_program(Parts(answer, checks), Limits(seconds=60)) == ProgramEnd(True, "")
