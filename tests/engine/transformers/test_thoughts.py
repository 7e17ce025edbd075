"""Answers begin where thoughts end, however the tokenizer cuts the marks up."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.engine.request import Thought
from evomerge.engine.transformers.thoughts import Start, Thoughts

XML = Thought("</think>", "<think>", False)


class Letters:
    """A tokenizer of pieces of text; those in braces are special."""

    def __init__(self, pieces):
        self.pieces = pieces

    def decode(self, tokens, skip_special_tokens=False):
        chosen = [self.pieces[token] for token in tokens]
        kept = [p for p in chosen if not (skip_special_tokens and p.startswith("{"))]
        return "".join(kept)


def heard(pieces, thought):
    """The answer in pieces of text; None while a thought is open."""
    thoughts, tokens = Thoughts(Letters(pieces)), [*range(len(pieces))]
    start = thoughts.start(tokens, thought)
    return None if start is None else thoughts.answer(tokens, start)


@pytest.mark.parametrize(
    "pieces, answer",
    [
        (["<think>", "so", "</think>", "\n\n", "7"], "7"),
        (["<think>so</", "think", ">", "7"], "7"),
        (["<think>so</thi", "nk>\n\n7", "8"], "78"),
        (["<think>", "so 7"], None),
        (["7", " it is"], "7 it is"),
        (["<think>a</think>b<think>c</think>d"], "d"),
        (["<think>a</think>b", "<think>c"], None),
        (["</think>7"], "7"),
        ([], ""),
    ],
)
def test_the_answer_is_what_follows_the_last_thought(pieces, answer):
    assert heard(pieces, XML) == answer


@pytest.mark.parametrize(
    "pieces, answer", [(["so", "</think>", "7"], "7"), (["so 7"], None), ([], None)]
)
def test_a_thought_that_the_prompt_opened_must_end(pieces, answer):
    assert heard(pieces, Thought("</think>", "<think>", True)) == answer


def test_special_tokens_may_be_the_marks_and_are_no_part_of_the_answer():
    thought = Thought("{/THINK}", "{THINK}", False)
    assert heard(["{THINK}", "so", "{/THINK}", "7", "{eos}"], thought) == "7"
    assert heard(["{THINK}", "so"], thought) is None


@given(st.text("ab<>/ \n", max_size=8), st.text("ab \n", max_size=8), st.data())
def test_it_does_not_matter_how_the_text_is_cut_up(before, behind, data):
    text = f"{before}</t>{behind}"
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=5)) | {0, len(text)})
    pieces = [text[a:b] for a, b in pairwise(cuts)]
    assert heard(pieces, Thought("</t>")) == behind.lstrip()


def test_where_an_answer_starts_is_said_in_tokens():
    tokens = [0, 1, 2]
    found = Thoughts(Letters(["a</t", ">b", "c"])).start(tokens, Thought("</t>"))
    assert found == Start(2, "b")
