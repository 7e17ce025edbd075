"""Templates of task files: compiled once, and run in a sandbox."""

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from evomerge.score.library.templates import TASK_TEMPLATES, render, value_of

DOC = {"q": "two", "choices": ["a", "b"], "n": 3}


@pytest.mark.parametrize(
    "template, value",
    [
        ("{{choices}}", ["a", "b"]),
        (" {{- n + 1 -}} ", 4),
        ("{{q}}", "two"),
        ("{{q}} {{n}}", None),
        ("Q: {{q}}", None),
        ("q", None),
    ],
)
def test_a_template_that_is_one_expression_stands_for_its_value(template, value):
    assert value_of(template, DOC) == value


def test_a_text_is_compiled_once_and_keeps_its_last_line_break():
    assert TASK_TEMPLATES.from_string("{{n}}!") is TASK_TEMPLATES.from_string("{{n}}!")
    assert render("{{q}}: {{n}}\n", DOC) == "two: 3\n"


def test_what_a_document_does_not_have_is_an_error():
    with pytest.raises(UndefinedError, match="'missing' is undefined"):
        render("{{missing}}", DOC)


def test_templates_run_no_code():
    with pytest.raises(SecurityError):
        render("{{ ''.__class__.__mro__[1].__subclasses__() }}", DOC)
