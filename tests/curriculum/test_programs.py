"""Programs of strangers: what they print is used, and what else they try is contained and told."""

import pytest

from evomerge.curriculum.programs import ProgramFailed, Programs
from evomerge.errors import RecipeError
from tests.curriculum.population import FILES, curriculum

WRITER = {"name": "w", "program": "sums.py", "count": 3}


def values(source, *arguments, given=""):
    return [*Programs({"p.py": source}).values("p.py", *arguments, given=given)]


def test_it_is_given_arguments_and_text_and_its_lines_are_values():
    source = "import sys\nprint(sys.argv[1:])\nfor line in sys.stdin: print(len(line))\n"
    found = values(source.replace("sys.argv[1:]", "len(sys.argv)"), "a", "b", given="é\nxy\n")
    assert found == [3, 2, 3]


def test_it_may_leave_and_may_be_a_whole_module():
    source = (
        "from __future__ import annotations\nimport json, sys\n\ndef main() -> int:\n"
        "    print(json.dumps({'é': None}))\n    return 0\n\n"
        "if __name__ == '__main__':\n    sys.exit(main())\n"
    )
    assert values(source) == [{"é": None}]


@pytest.mark.parametrize(
    "source, told",
    [
        ("1 / 0", "p.py: p.py:1: ZeroDivisionError"),
        ("print(1)\nraise SystemExit(3)", "exit status 1: SystemExit: 3"),
        ("import random\nprint(random.random())", "printed something else when it was run again"),
        ("import time\nprint(time.time_ns())", "printed something else"),
        ("import os\nprint(os.getcwd())", "printed something else"),
        ("import socket\nsocket.create_connection(('127.0.0.1', 9))", "PermissionError"),
        ("print(open('/etc/passwd').read())", "Permission denied"),
        ("import os\nwhile True: os.fork()", "Operation not permitted"),
        ("while True: print('x' * 10**6)", "wrote more than 32 MiB|File too large"),
        ("x = 'x' * 2**30\nprint(x)", "MemoryError"),
        ("import os\nprint(1, flush=True)\nos._exit(0)", "ended before its last line"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "Operation not permitted"),
    ],
)
def test_what_it_tries_is_refused_and_told(source, told):
    with pytest.raises(ProgramFailed, match=told):
        values(source)


@pytest.mark.parametrize(
    "line, told",
    [
        ("'[' * 100000 + ']' * 100000", "nested deeper"),
        ('\'{"a": 1, "a": 2}\'', "the key 'a' stands twice"),
        ("'{\"a\": '", "not valid JSON"),
        ("'\"\\\\ud800\"'", "half a character"),
        ("'1' * 10000", "is no JSON that can be used"),
        ("'x' * 300000", "longer than 256 KiB"),
    ],
)
def test_a_line_that_is_no_value_is_told_as_that(line, told):
    *before, last = values(f"print('{{}}')\nprint({line})")
    assert before == [{}]
    assert isinstance(last, ValueError)
    assert told in str(last)


def test_bytes_that_are_no_text_and_empty_lines():
    source = "import sys\nsys.stdout.buffer.write(b'\\n\\xff\\xfe\\n\\n3\\n')"
    first, second = values(source)
    assert str(first) == "is not UTF-8"
    assert second == 3


def test_a_fingerprint_is_of_the_texts_wherever_they_are(tmp_path):
    settings = curriculum({**WRITER, "program": str(tmp_path / "a.py")})
    moved = curriculum({**WRITER, "program": str(tmp_path / "b.py")})
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(FILES["sums.py"])
    one = Programs.read(settings)
    assert one.fingerprint == Programs.read(moved).fingerprint
    (tmp_path / "b.py").write_text(FILES["sums.py"] + "\n# other\n")
    assert one.fingerprint != Programs.read(moved).fingerprint
    assert Programs({}).fingerprint == ""


@pytest.mark.parametrize("text, told", [("def f(:\n", "is no Python"), (None, "cannot be read")])
def test_a_file_that_is_none_is_refused(tmp_path, text, told):
    file = tmp_path / "a.py"
    if text is not None:
        file.write_text(text)
    with pytest.raises(RecipeError, match=told):
        Programs.read(curriculum({**WRITER, "program": str(file)}))
