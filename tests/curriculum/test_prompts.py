import pytest

from evomerge.curriculum.prompts import rendered, require_template
from evomerge.errors import RecipeError


def test_a_template_is_given_values_of_any_name():
    values = {"template": "a", "self": "b", "answer": "c", "answers": ["x", "y"]}
    assert rendered("{{template}} {{answer}} {{answers[0]}}\n", values) == "a c x\n"


@pytest.mark.parametrize(
    "template, told",
    [
        ("{{unknown}}", "'unknown' is undefined"),
        ("{{answer.missing}}", "cannot be rendered"),
        ("{{'a' * 10**10}}", "the template takes more than"),
        (
            "{% for a in range(10**9) %}{% for b in range(10**9) %}{% endfor %}{% endfor %}",
            "range|more than",
        ),
        ("{{''.__class__.__mro__}}", "unsafe|cannot be rendered"),
        ("{{answer}}\x1b", "control character"),
        ("{{answer * 30000}}", "longer than"),
    ],
)
def test_what_cannot_be_rendered_is_told(template, told):
    with pytest.raises(ValueError, match=told):
        rendered(template, {"answer": "c"})


def test_what_is_no_template_is_found_at_once():
    require_template("{{a}}")
    with pytest.raises(RecipeError, match="not a template"):
        require_template("{{a")
