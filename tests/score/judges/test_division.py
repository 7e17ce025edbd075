"""Where a program is divided, and which texts are the checks'."""

import pytest

from evomerge.errors import RecipeError
from evomerge.score.judges.division import divided
from evomerge.score.judges.sandbox import Parts


def parts(template, answer):
    return divided(lambda text: template.replace("ANSWER", text), answer)


def test_a_function_that_is_completed_and_checked():
    prompt = 'from typing import List\n\ndef f(x: List) -> int:\n    """Twice."""\n'
    checks = "def check(g):\n    assert g(1) == 2\ncheck(f)"
    found = parts(prompt + "ANSWER\n" + checks, "    return 2 * x")
    assert found == Parts(prompt + "    return 2 * x\n", checks)


def test_asserts_behind_a_whole_answer():
    assert parts("ANSWER\nassert f(1) == 2", "def f(x): return 2").checks == "assert f(1) == 2"


def test_what_is_indented_behind_the_answer_is_the_answer_s():
    found = parts("def f(x):\nANSWER\n    return y\n\n# now\nassert f(1) == 1", "    y = x")
    assert found == Parts("def f(x):\n    y = x\n    return y\n\n# now\n", "assert f(1) == 1")


def test_a_helper_of_the_task_s_is_the_checks_too():
    helper = "import math\n\ndef poly(x):\n    return math.sqrt(x)\n\n"
    found = parts(helper + "def root(x):\nANSWER\nassert poly(root(4)) == 4", "    return 16")
    assert found.checks == helper + "\nassert poly(root(4)) == 4"
    assert found.answer == helper + "def root(x):\n    return 16\n"
    decorated = helper + "@cache\ndef root(x):\n    '''Root.'''\nANSWER\nassert poly(root(4)) == 4"
    assert parts(decorated, "    return 16").checks == helper + "\nassert poly(root(4)) == 4"


def test_a_function_that_the_answer_goes_on_with_is_not_the_checks():
    prompt = "def f(x):\n    y = 1\n    if x:\n"
    assert (
        parts(prompt + "ANSWER\nassert f(1) == 1", "        return y").checks == "assert f(1) == 1"
    )


@pytest.mark.parametrize(
    "template, of_answer",
    [
        ("ANSWER\nassert sum(1, 2) == 3", ("sum",)),
        ("def sum(a, b):\n    '''Add.'''\nANSWER\nassert abs(sum(1, 2)) == 3", ("sum",)),
        ("ANSWER\nassert abs(f(1)) == 3", ()),
        ("ANSWER\nassert f(1) == 3", ()),
    ],
)
def test_names_that_python_has_too(template, of_answer):
    assert parts(template, "    return a + b").of_answer == of_answer


@pytest.mark.parametrize(
    "template",
    [
        "assert ANSWER == 1",
        "ANSWER",
        "ANSWER\n",
        "ANSWER\n# nothing\nimport math\ndef check(): pass",
        "'''\nANSWER\n'''\nassert 1",
        "if x:\n    ANSWER\nelse:\n    assert 1",
        "ANSWER\nANSWER\nassert 1",
        "assert 1\nANSWER",
    ],
)
def test_checks_that_do_not_stand_behind_the_answer_are_refused(template):
    with pytest.raises(RecipeError, match=r"must stand .*\{\{answer\}\}"):
        parts(template, "1")


def test_a_template_that_looks_at_the_answer_is_divided_where_it_stands():
    def render(answer):
        text = answer if "def " in answer else f"def f():\n    return {answer}"
        return f"{text}\nassert f() == 1"

    assert divided(render, "def f(): return 1").answer == "def f(): return 1\n"
    assert divided(render, "1").answer == "def f():\n    return 1\n"

    def by_its_beginning(answer):
        text = answer if answer.startswith("def ") else f"def f():\n    return {answer}"
        return f"{text.strip()}\nassert f() == 1"

    whole = Parts("def f(): return 1\n", "assert f() == 1")
    assert divided(by_its_beginning, "def f(): return 1") == whole
    assert divided(by_its_beginning, "1 ").checks == whole.checks


@pytest.mark.parametrize("answer", ["'''", "\\", "(", "\f", "\ud800", "x = '", "#", "", "\r\n"])
def test_no_answer_takes_the_checks_in(answer):
    assert parts("ANSWER\nassert f(1) == 2", answer).checks == "assert f(1) == 2"
