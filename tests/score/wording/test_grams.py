"""Words and runs of words as numbers."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.wording.grams import Rarity, grams, hashes, pairs, word_hash

WORDS = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=8)


def of(*sentences):
    """The grams of sentences, each a text of words."""
    words = [word for sentence in sentences for word in sentence.split()]
    number = [n for n, sentence in enumerate(sentences) for _ in sentence.split()]
    return grams(hashes(words), np.array(number))


def test_a_hash_is_the_same_in_every_version():
    assert word_hash("train") == 0x4E9095F2AC5AE2B9
    assert hashes(["train", "red"]).tolist() == [word_hash("train"), word_hash("red")]


def test_runs_stay_within_a_sentence():
    assert len(of("a b c")) == 3 + 2 + 1
    assert len(of("a b", "c")) == 3 + 1
    assert len(of("a", "b", "c")) == 3
    assert set(of("a b").tolist()) < set(of("a b c").tolist())


def test_order_and_repetition_make_other_runs():
    assert pairs(hashes(["a", "b"])) != pairs(hashes(["b", "a"]))
    assert len(of("a a")) == 2, "two equal words are no run of one"


@given(WORDS, WORDS)
def test_likeness_is_symmetric_and_one_of_equals(one, other):
    first, second = of(" ".join(one)), of(" ".join(other))
    rarity = Rarity([first, second, of("x y"), of("z")])
    assert rarity.likeness(first, second) == rarity.likeness(second, first)
    assert 0 <= rarity.likeness(first, second) <= 1
    assert rarity.likeness(first, first) == 1


def test_what_few_texts_have_weighs_more():
    texts = [hashes(["every", "a"]), hashes(["every", "b"]), hashes(["b", "every"]), hashes(["c"])]
    rarity = Rarity([np.sort(text) for text in texts])
    weights = rarity.weights(hashes(["a", "b", "every"])) / 2**20
    np.testing.assert_allclose(weights, [math.log(4), math.log(4), math.log(2)], atol=1e-6)
