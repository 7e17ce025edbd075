"""Chat templates give the texts that the formats' makers document."""

import pytest

from evomerge.weights.vocabularies.chat_template import CHAT_TEMPLATES, syntax_error
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from tests.tokenized import tokenized_model, tokenizer

ASKED = [{"role": "user", "content": "Hi"}]
TURNS = [
    {"role": "system", "content": "Be kind."},
    *ASKED,
    {"role": "assistant", "content": "Hello."},
    {"role": "user", "content": "Bye"},
]
EXPECTED = {
    "chatml": (
        "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
        "<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n"
        "<|im_start|>assistant\n"
    ),
    "llama3": (
        "<s><|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    ),
    "mistral": "<s>[INST] Be kind.\n\nHi [/INST] Hello.</s>[INST] Bye [/INST]",
    "alpaca": (
        "<s>Be kind.\n\n### Instruction:\nHi\n\n### Response:\nHello.</s>\n\n"
        "### Instruction:\nBye\n\n### Response:\n"
    ),
    "exaone": (
        "[|system|]Be kind.[|endofturn|]\n[|user|]Hi\n[|assistant|]Hello.[|endofturn|]\n"
        "[|user|]Bye\n[|assistant|]"
    ),
}


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chat") / "m"
    tokenized_model(folder, tokenizer(), 0)
    return load_tokenizer(folder)


@pytest.mark.parametrize("name", CHAT_TEMPLATES)
def test_the_format_is_its_makers(words, name):
    words.chat_template = CHAT_TEMPLATES[name]
    text = words.apply_chat_template(TURNS, tokenize=False, add_generation_prompt=True)
    assert text == EXPECTED[name]
    assert syntax_error(CHAT_TEMPLATES[name]) is None


def test_without_a_system_turn(words):
    words.chat_template = CHAT_TEMPLATES["alpaca"]
    text = words.apply_chat_template(ASKED, tokenize=False, add_generation_prompt=True)
    assert text.startswith(
        "<s>Below is an instruction that describes a task. Write a response that"
    )
    words.chat_template = CHAT_TEMPLATES["exaone"]
    text = words.apply_chat_template(ASKED, tokenize=False, add_generation_prompt=True)
    assert text == "[|system|][|endofturn|]\n[|user|]Hi\n[|assistant|]"


def test_what_is_no_template_is_told():
    assert syntax_error("{% if x %}").startswith("line 1: Unexpected end of template")
    marked = (
        "{% for m in messages %}{%- generation %}{{ m }}{% endgeneration -%}{% break %}{% endfor %}"
    )
    assert syntax_error(marked) is None
