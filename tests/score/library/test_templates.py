"""Templates of task files: compiled once, and run in a sandbox."""

import pytest
from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

import evomerge.score.loader  # noqa: F401 - gives it lm-eval's filters
from evomerge.confined import Exceeded
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


def test_what_loops_is_rendered_too():
    assert render("{% for c in choices %}{{c}}{{n}} {% endfor %}\n", DOC) == "a3 b3 \n"
    assert value_of("{{ [n] * 2 }}", DOC) == [3, 3]
    with pytest.raises(TemplateError, match="'missing' is undefined"):
        render("{% for c in missing %}{% endfor %}", DOC)


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'a' * 10**10 }}",
        "{{ q|center(10**10) }}",
        "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}"
        "{% endfor %}{{ n.x }}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ ('a' * 50)|regex_replace('(a+)+b', '') }}",
    ],
)
def test_a_template_has_an_end(template, monkeypatch):
    monkeypatch.setattr("evomerge.confined.SECONDS", 0.2)
    with pytest.raises(Exceeded):
        render(template, DOC)


@pytest.mark.parametrize("text", ["{{ " + "(" * 100_000, "{% if a %}" * 20_000, "x" * 1_000_001])
def test_what_is_too_long_or_deep_is_no_template(text):
    with pytest.raises(TemplateSyntaxError):
        render(text, DOC)
