import pytest
from jinja2 import Environment

from evomerge.score.library.plain import MOST_NODES, is_plain


@pytest.mark.parametrize(
    "template",
    [
        "Question: {{question}}\nAnswer:",
        "{{ question.strip() ~ '\n' }}{% if a == 1 %}{{ b[0] }}{% else %}{{ c|trim }}{% endif %}",
        "{{ ['A', 'B'].index(answerKey) }}",
        "{{ question.replace('\n\n', '\n') }}",
        "{{ choices.text[answer] + x|lower }}",
    ],
)
def test_most_templates_are(template):
    assert is_plain(Environment().parse(template))


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'a' * 10 }}",
        "{% for i in x %}{% endfor %}",
        "{{ 'a'|center(10) }}",
        "{{ 'a'.center(10) }}",
        "{{ range(10) }}",
        "{{ '%1000d' % 1 }}",
        "{{ '{:1000}'.format(1) }}",
        "{% macro f() %}{{ f() }}{% endmacro %}",
        "{% set x = [x, x] %}",
        "{{ x.replace('', x) }}",
        "{{ x.replace('a', 'aa') }}",
        "{{ x.split(*y) }}",
        "{{ 2 ** 10 }}",
        "{% include x %}",
        "{{ x }}" * MOST_NODES,
    ],
)
def test_what_loops_or_repeats_is_not(template):
    assert not is_plain(Environment().parse(template))
