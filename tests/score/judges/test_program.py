import pytest

from evomerge.errors import RecipeError, UserError
from evomerge.score.judges.program import Program
from evomerge.score.judges.sandbox import Limits, require_sandbox

TEMPLATE = "{{prompt}}{{answer}}\n{{test}}\ncheck({{entry_point}})"
DOCS = [
    {
        "prompt": 'def double(x: int) -> int:\n    """Twice x."""\n',
        "entry_point": "double",
        "test": "def check(f):\n    assert f(2) == 4\n    assert f(-3) == -6",
    },
    {
        "prompt": "from typing import List\n\n\ndef longest(words: List[str]) -> str:\n",
        "entry_point": "longest",
        "test": "def check(f):\n    assert f(['a', 'bc']) == 'bc'\n    assert f(['é']) == 'é'",
    },
]
RIGHT = ["    return 2 * x\n", "    return max(words, key=len)\n"]


@pytest.fixture(scope="module", autouse=True)
def _sandbox():
    try:
        require_sandbox()
    except UserError as error:
        pytest.skip(str(error))


def test_right_answers_pass():
    assert Program(TEMPLATE).scores(DOCS, RIGHT) == [1.0, 1.0]


@pytest.mark.parametrize(
    "answer",
    [
        "    return x + 2\n",
        "    return\n",
        "",
        "    return 2 * x)\n",
        "    import sys; sys.exit(0)\n",
        "    raise SystemExit\n",
        "    import os; os._exit(0)\n",
        "    return double(x)\n",
        "    while True: pass\n",
        "    return open('/etc/hostname').read()\n",
        "    return 2 * x\nexit()",
        "    return 2 * x\n{{ test }}",
        "    return 2 * x\n\ud800",
    ],
)
def test_wrong_answers_do_not(answer):
    assert Program(TEMPLATE, Limits(seconds=2)).scores(DOCS[:1], [answer]) == [0.0]


def test_scores_stand_in_the_order_of_the_answers():
    program = Program(TEMPLATE)
    answers = [RIGHT[0], "    return 0\n", RIGHT[0], "    return x * 2\n", "    return 0\n"]
    assert program.scores(DOCS[:1] * 5, answers) == [1.0, 0.0, 1.0, 1.0, 0.0]
    assert program.scores([], []) == []


def test_the_same_answer_is_judged_by_its_own_document():
    docs = [{"wanted": 1}, {"wanted": 2}]
    template = "x = {{answer}}\nassert x == {{wanted}}"
    assert Program(template).scores(docs, ["2", "2"]) == [0.0, 1.0]


def test_checks_that_an_answer_could_reach_are_refused():
    with pytest.raises(RecipeError, match=r"must stand behind \{\{answer\}\}"):
        Program("assert {{answer}} == 1").scores([{}], ["1"])


def test_the_model_s_answer_is_the_one_that_is_judged():
    docs = [{"answer": "1"}]
    assert Program("x = {{answer}}\nassert x == 1").scores(docs, ["2"]) == [0.0]


def test_every_document_needs_an_answer():
    with pytest.raises(ValueError):
        Program(TEMPLATE).scores(DOCS, RIGHT[:1])


@pytest.mark.parametrize(
    "template, said",
    [
        ("{{answer", "not a template"),
        ("{% if answer %}", "not a template"),
        ("{{answer | nonsense}}", "not a template"),
        ("{{prompt}}\n{{test}}", "must contain the model's answer"),
        ("", "must contain the model's answer"),
    ],
)
def test_a_bad_template_is_refused(template, said):
    with pytest.raises(RecipeError, match=said):
        Program(template)


@pytest.mark.parametrize(
    "template, said",
    [
        (
            "{{answer}}{{tests}}",
            "'tests' is undefined; the document has the fields prompt, entry_p",
        ),
        ("{{answer}}{{prompt + 1}}", "program: .*str"),
        ("{{answer}}{{prompt.__class__.__mro__}}", "unsafe"),
    ],
)
def test_a_template_that_does_not_fit_the_documents_is_refused(template, said):
    with pytest.raises(RecipeError, match=said):
        Program(template).scores(DOCS, RIGHT)
