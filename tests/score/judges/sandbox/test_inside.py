"""One interpreter becomes two processes, and neither finds the other."""

import pytest

from evomerge.score.judges.sandbox import Limits, Parts, ProgramEnd, run_program


@pytest.mark.parametrize(
    "answer",
    [
        "import os\ndef f(): return os.read(0, 10)",
        "import sys\ndef f(): return [n for n in sys.modules if 'evomerge' in n] and b'x' or b''",
        "import os\ndef f():\n    try: os.kill(os.getppid(), 9)\n"
        "    except PermissionError: return b''",
        "import os\ndef f():\n    try: open(f'/proc/{os.getppid()}/mem')\n"
        "    except PermissionError: return b''",
    ],
)
def test_the_answer_has_nothing_of_its_checks(answer):
    assert run_program(Parts(answer, "assert f() == b''"), Limits(seconds=60)).passed


def test_the_text_of_the_checks_is_nowhere_in_the_answer_s_objects():
    answer = (
        "import gc, sys\n"
        "def f():\n"
        "    seen, waiting = set(), [*gc.get_objects(), sys._getframe()]\n"
        "    for thing in waiting:\n"
        "        if id(thing) in seen or thing is waiting: continue\n"
        "        seen.add(id(thing))\n"
        "        waiting += gc.get_referents(thing)\n"
        "        text = thing if isinstance(thing, str) else ''\n"
        "        if isinstance(thing, bytes): text = thing.decode(errors='replace')\n"
        "        if ' '.join(['a', 'secret', 'check']) in text: return 'found'\n"
        "    return len(seen) > 1000\n"
    )
    checks = "text = 'a secret check'\nassert f() is True"
    assert run_program(Parts(answer, checks), Limits(seconds=60)) == ProgramEnd(True, "")


def test_checks_wait_for_the_answer_s_last_line():
    late = Parts("import time\ntime.sleep(0.05)\nx = 1", "assert x == 1")
    assert run_program(late, Limits(seconds=60)).passed
    assert "NameError" in run_program(Parts("nothing", "pass"), Limits(seconds=60)).reason
