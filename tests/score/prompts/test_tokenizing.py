"""Texts are tried before a tokenizer is given them that may take too long."""

import pytest
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from evomerge.errors import ParentError
from evomerge.score.prompts import tokenizing
from evomerge.score.prompts.tokenizing import LimitedTokenizing


@pytest.fixture
def made():
    """A tokenizer of the letter a, with a normalizer, what splits texts, and a decoder."""

    def of(normalizer=None, splitting=None, decoder=None):
        backend = Tokenizer(models.WordLevel({"a": 0, "?": 1}, unk_token="?"))
        for part, value in (
            ("normalizer", normalizer),
            ("pre_tokenizer", splitting),
            ("decoder", decoder),
        ):
            if value is not None:
                setattr(backend, part, value)
        return PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="?")

    return of


def split(pattern):
    return pre_tokenizers.Split(Regex(pattern), "isolated")


@pytest.mark.parametrize("pattern", [r"\s+", r" ?\p{L}+|\s+(?!\S)|\s+"])
def test_usual_patterns_and_texts_are_not_tried(made, monkeypatch, pattern):
    tried = []
    monkeypatch.setattr(tokenizing, "Confined", lambda _: tried.append)
    replace = normalizers.Replace(Regex(" {2,}"), "▁")
    LimitedTokenizing(made(replace, split(pattern))).require(["a " * 500, "", "é"])
    LimitedTokenizing(made()).require(["a " * 10**6])
    assert tried == []
    LimitedTokenizing(made(splitting=split("(a|aa)+$"))).require(["a" * 60])
    assert tried == ["a" * 60]


def test_a_pattern_that_gives_up_is_told(made):
    tried = LimitedTokenizing(made(splitting=split("(a|aa)+$")))
    tried.require(["a" * 10, "b"])
    with pytest.raises(
        ParentError, match=r"text of 61 characters \('aaa.*cannot be done \(.*retry"
    ):
        tried.require(["a" * 60 + "!"])


def test_a_pattern_that_takes_for_ever_is_told(made, monkeypatch):
    monkeypatch.setattr("evomerge.confined.SECONDS", 0.2)
    tried = LimitedTokenizing(made(splitting=split("(a|aa)+$")))
    with pytest.raises(ParentError, match=r"takes more than 0\.2 s"):
        tried.require([("a" * 28 + "!") * 1000])


def test_what_doubles_a_text_again_and_again_is_told(made):
    doubling = normalizers.Sequence([normalizers.Replace("a", "aa") for _ in range(40)])
    with pytest.raises(ParentError, match=r"MB|cannot be done"):
        LimitedTokenizing(made(doubling)).require(["a"])


def test_a_decoder_that_may_take_for_ever_is_refused(made):
    LimitedTokenizing(made(decoder=decoders.Replace("▁", " ")))
    with pytest.raises(ParentError, match="decoder of its tokenizer"):
        LimitedTokenizing(made(decoder=decoders.Replace(Regex("(a|aa)+$"), "")))


def test_what_the_tokenizer_cannot_do_is_told(made):
    tokenizer = made(splitting=split("(a|aa)+$"))
    limited = LimitedTokenizing(tokenizer)
    damaged = pytest.raises(ParentError, match=r"its tokenizer is damaged \(.*retry")
    with damaged, limited.panics_told():
        tokenizer("a" * 60 + "!")
    with pytest.raises(KeyError), limited.panics_told():
        raise KeyError
