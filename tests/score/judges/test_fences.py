"""Code is taken out of fences by one rule."""

import pytest

from evomerge.score.judges.fences import code_of
from evomerge.score.judges.program import Program

PLAIN = "def f():\n    return 1\n"


@pytest.mark.parametrize(
    "answer, code",
    [
        (PLAIN, PLAIN),
        ("", ""),
        ("    return 1\n", "    return 1\n"),
        (f"```python\n{PLAIN}```", PLAIN),
        (f"```\n{PLAIN}```\n", PLAIN),
        (f"Here it is:\n\n```py\n{PLAIN}```\n\nIt returns 1.", PLAIN),
        (f"~~~~ python\n{PLAIN}~~~~", PLAIN),
        (f"````python\n{PLAIN}x = '''\n```\n'''\n````", PLAIN + "x = '''\n```\n'''\n"),
        # the prompt had opened the fence
        ("    return 1\n```\n", "    return 1\n"),
        ("    return 1\n```\nUse it so:\n```python\nf()\n```\n", "    return 1\n"),
        # cut before its end
        (f"Sure!\n```python\n{PLAIN}", PLAIN),
        # several: the first that is Python's
        (f"```sh\npip install x\n```\n```python\n{PLAIN}```\n```python\nf()\n```", PLAIN),
        (f"```\n{PLAIN}```\nwhich prints\n```\n1\n```", PLAIN),
        (f"```Python3\n{PLAIN}```", PLAIN),
        (f"```{{.python .numberLines}}\n{PLAIN}```", PLAIN),
        # in a list
        ("1. So:\n\n   ```python\n   def f():\n       return 1\n   ```\n", PLAIN),
        (f"```python\r\n{PLAIN}```\r\n", PLAIN),
        # no fences
        ("x = 'a```b'\n", "x = 'a```b'\n"),
        ("use `f()`", "use `f()`"),
    ],
)
def test_the_code_of_an_answer(answer, code):
    assert code_of(answer) == code


def test_an_answer_in_fences_passes_as_one_without_them_does():
    program = Program("{{prompt}}{{answer}}\nassert f() == {{n}}\n")
    docs = [{"prompt": "", "n": 1}, {"prompt": "", "n": 2}, {"prompt": "def f():\n", "n": 1}]
    answers = [f"Look:\n```python\n{PLAIN}```\n", f"```\n{PLAIN}```", "    return 1\n```\nDone."]
    assert program.scores(docs, answers) == [1.0, 0.0, 1.0]
