from dataclasses import replace

import pytest

from evomerge.errors import TrialError, UserError
from evomerge.training.example import Example
from evomerge.training.texts import ExampleTokenizer
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from tests.families import build


@pytest.fixture(scope="module")
def base():
    return open_parent("zoo:base")


@pytest.fixture(scope="module")
def tokenizer(base):
    return load_tokenizer(base.tokenizer_folder)


def test_the_answer_and_the_texts_end_are_learnt(base, tokenizer):
    (text,) = ExampleTokenizer(base, tokenizer).texts([Example("91 + 16 =", " 107")])
    assert tokenizer.decode(text.tokens) == "91 + 16 = 107" + tokenizer.eos_token
    learnt = text.tokens[-text.learnt :]
    assert tokenizer.decode(learnt) == " 107" + tokenizer.eos_token


def test_a_prompt_of_tokens_stays_what_it_is(base, tokenizer):
    prompt = tuple(tokenizer("91 + 16 =")["input_ids"])
    odd = (prompt[0], 5, *prompt)  # as no text is tokenized
    for tokens in (prompt, odd):
        (text,) = ExampleTokenizer(base, tokenizer).texts([Example(tokens, " 107")])
        assert text.tokens[: -text.learnt] == tokens
        assert tokenizer.decode(text.tokens[-text.learnt : -1]) == " 107"


def test_a_long_prompt_is_cut_on_the_left_and_a_long_answer_left_out(base, tokenizer):
    short = replace(base, config={**base.config, "max_position_embeddings": 6})
    long = Example("1 + " * 50, " 4")
    (text,) = ExampleTokenizer(short, tokenizer).texts([long, Example("1", " 4" * 50)])
    assert len(text.tokens) == 6
    assert text.name == long.sha256


@pytest.mark.parametrize("examples", [[], [Example("2 + 2 =", "")], [Example("", "4" * 999)]])
def test_nothing_to_learn_is_told(base, tokenizer, examples):
    with pytest.raises(TrialError, match="nothing to train on"):
        ExampleTokenizer(base, tokenizer).texts(examples)


def test_an_example_without_prompt_is_learnt_but_for_its_first_token(base, tokenizer):
    with pytest.raises(TrialError, match="nothing to train on"):
        ExampleTokenizer(base, tokenizer).texts([Example("", "4")])


def test_half_a_character_is_no_answer(base, tokenizer):
    with pytest.raises(TrialError, match="nothing to train on"):
        ExampleTokenizer(base, tokenizer).texts([Example("2 + 2 =", " \ud800")])


def test_a_text_must_have_an_end(base, tokenizer):
    without = {k: v for k, v in base.config.items() if k != "eos_token_id"}
    nameless = replace(base, config={**without, "eos_token_id": None}, generation_config={})

    class Endless:
        eos_token_id = None

    with pytest.raises(UserError, match="names a token that ends a text"):
        ExampleTokenizer(nameless, Endless())


def test_of_several_ends_the_tokenizers_is_learnt(base, tokenizer):
    several = replace(base, generation_config={"eos_token_id": [9, tokenizer.eos_token_id]})
    (text,) = ExampleTokenizer(several, tokenizer).texts([Example("2 =", " 2")])
    assert text.tokens[-1] == tokenizer.eos_token_id
    others = replace(base, generation_config={"eos_token_id": [9, 8]})
    (text,) = ExampleTokenizer(others, tokenizer).texts([Example("2 =", " 2")])
    assert text.tokens[-1] == 9


def test_a_model_with_an_encoder_is_refused(tmp_path, tokenizer):
    build("t5", 0).save_pretrained(tmp_path)
    with pytest.raises(UserError, match="read by an encoder"):
        ExampleTokenizer(open_parent(str(tmp_path)), tokenizer)


def test_tokens_of_another_model_are_refused(base, tokenizer):
    with pytest.raises(
        UserError, match="has embeddings for 354 tokens, and an item has token number 999"
    ):
        ExampleTokenizer(base, Foreign(tokenizer)).texts([Example((999, 3), " 4")])


class Foreign:
    """A tokenizer that knows more."""

    def __init__(self, tokenizer):
        self._tokenizer, self.eos_token_id = tokenizer, tokenizer.eos_token_id

    def decode(self, tokens):
        return "x"

    def __call__(self, text, **settings):
        return self._tokenizer(text, **settings)
