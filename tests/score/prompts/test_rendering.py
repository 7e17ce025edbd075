"""A chat template runs within limits, and renders what transformers renders."""

import pytest
from jinja2 import TemplateError

from evomerge.confined import Exceeded
from evomerge.score.prompts.rendering import chat_text

TURNS = [{"role": "user", "content": "1 + 1"}, {"role": "assistant", "content": "2"}]
PLAIN = "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}{{ eos_token }}"


def test_it_is_what_transformers_renders(tokenizer):
    expected = tokenizer.apply_chat_template(TURNS, chat_template=PLAIN, tokenize=False)
    assert chat_text(tokenizer, TURNS, chat_template=PLAIN) == expected
    assert expected.startswith("[user] 1 + 1\n[assistant] 2\n")


def test_what_a_template_refuses_is_its_own_error(tokenizer):
    with pytest.raises(TemplateError, match="never"):
        chat_text(tokenizer, TURNS, chat_template="{{ raise_exception('never') }}")


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'a' * 10**10 }}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
        "{% set n = namespace(x='ab') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}"
        "{% endfor %}",
    ],
)
def test_a_template_has_an_end(tokenizer, template, monkeypatch):
    monkeypatch.setattr("evomerge.confined.SECONDS", 0.2)
    with pytest.raises(Exceeded, match=r"the chat template of .* takes more than"):
        chat_text(tokenizer, TURNS, chat_template=template)
