"""What a chat template makes of turns: those that it leaves out, and thoughts that it opens."""

import pytest
from jinja2 import TemplateError

from evomerge.score.prompts.chat import ChatTurns, OpenThought

PLAIN = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
ASKS = "{% if add_generation_prompt %}assistant:{% endif %}"
REFUSES = "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif %}"
TURNS = [{"role": "system", "content": "Be  brief."}, {"role": "user", "content": "1 + 1"}]


@pytest.fixture
def turns(tokenizer, monkeypatch):
    """Turns by a template."""

    def of(template, **arguments):
        monkeypatch.setattr(tokenizer, "chat_template", template)
        return ChatTurns(tokenizer, arguments)

    return of


def test_turns_are_rendered(turns):
    chat = turns(PLAIN + ASKS)
    assert chat(TURNS) == "system: Be  brief.\nuser: 1 + 1\nassistant:"
    last = [*TURNS, {"role": "assistant", "content": "It is"}]
    assert chat(last, add_generation_prompt=False).endswith("assistant: It is")
    assert chat.unheard == ""


@pytest.mark.parametrize(
    "template",
    [
        REFUSES + "{{ m.content }} {% endfor %}",
        "{% for m in messages if m.role != 'system' %}{{ m.content }} {% endfor %}",
    ],
)
def test_a_system_turn_that_is_left_out_is_noted(turns, template):
    chat = turns(template)
    assert chat(TURNS).strip() == "1 + 1"
    assert chat.unheard == "Be  brief."


def test_a_template_that_trims_the_system_turn_hears_it(turns):
    chat = turns("{{ messages[0].content | replace('  ', ' ') }}{{ messages[1].content }}")
    chat(TURNS)
    assert chat.unheard == ""


def test_a_template_that_refuses_all_turns_is_an_error(turns):
    with pytest.raises(TemplateError):
        turns("{{ raise_exception('never') }}")(TURNS)


QWEN = (
    PLAIN + "{% if add_generation_prompt %}assistant\n{% if enable_thinking is defined and "
    "enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
R1 = PLAIN + "{% if add_generation_prompt %}assistant\n<think>\n{% endif %}"
OTHER = (
    PLAIN
    + "{% if add_generation_prompt %}assistant{% if thinking %}<think>{% else %}</think>{% endif %}"
    "{% endif %}"
)
WORD = PLAIN + "{% if add_generation_prompt and enable_thinking | default(true) %}five {% endif %}"


@pytest.mark.parametrize(
    "template, arguments, thought",
    [
        (PLAIN + ASKS, {}, None),
        (QWEN, {}, OpenThought("", "enable_thinking")),
        (QWEN, {"enable_thinking": False}, None),
        (WORD, {}, OpenThought("five", "enable_thinking")),
        (WORD, {"enable_thinking": False}, None),
        (R1, {}, OpenThought("<think>", "")),
        (
            R1.replace("<think>", "<|channel|>analysis<|message|>"),
            {},
            OpenThought("<|channel|>analysis<|message|>", ""),
        ),
        (R1.replace("<think>", "[THINK]"), {}, OpenThought("[THINK]", "")),
        (OTHER, {}, None),
        (OTHER, {"thinking": True}, OpenThought("<think>", "thinking")),
        ("{{ raise_exception('never') }}", {}, None),
    ],
)
def test_a_thought_that_stands_open_is_found(turns, template, arguments, thought):
    assert turns(template, **arguments).open_thought() == thought
