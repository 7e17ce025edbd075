"""Rows of embeddings in another vocabulary: each checked against a plain reading of the rules."""

import hashlib

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.errors import ParentError
from evomerge.weights import Spec
from evomerge.weights.vocabularies.alignment import Aligned, Choice, Rows, align_rows

WIDTH = 3


class Embedding:
    """A model of one embedding and one other tensor."""

    def __init__(self, rows, width=WIDTH, name="embed"):
        self._kept = {name: rows, "norm": torch.ones(width)}
        self.specs = {n: Spec(tuple(t.shape), t.dtype) for n, t in self._kept.items()}

    def tensor(self, name):
        return self._kept[name]

    @property
    def content_hash(self):
        values = [(name, tensor.tolist()) for name, tensor in self._kept.items()]
        return hashlib.sha256(repr(values).encode()).hexdigest()


def random_rows(count, seed):
    return torch.randn((count, WIDTH), generator=torch.Generator().manual_seed(seed))


@st.composite
def vocabularies(draw):
    """Some parents with tokens of one alphabet in any order, and the order that is wanted."""
    alphabet = "abcdefgh"
    some = st.lists(st.sampled_from(alphabet), unique=True, min_size=1, max_size=8)
    known = {
        n: {t: i for i, t in enumerate(draw(some))} for n in draw(st.sampled_from(["P", "PQR"]))
    }
    every = sorted(set().union(*known.values()))
    wanted = draw(st.permutations(every))[: draw(st.integers(1, len(every)))]
    base = draw(st.sampled_from([None, *known]))
    return known, {token: row for row, token in enumerate(wanted)}, base


@given(vocabularies(), st.integers(0, 3))
def test_every_row_is_what_the_rules_say(case, padding):
    known, wanted, base = case
    values = {n: random_rows(len(ids), seed) for seed, (n, ids) in enumerate(known.items())}
    tensors = {n: Embedding(rows) for n, rows in values.items()}
    for name, ids in known.items():
        rows = align_rows(name, wanted, len(wanted) + padding, known, base, {})
        aligned = Aligned(tensors[name], ("embed",), rows, tensors).tensor("embed")
        assert aligned.shape == (len(wanted) + padding, WIDTH)
        for token, row in wanted.items():
            if token in ids:
                expected = values[name][ids[token]]
            elif base and token in known[base]:
                expected = values[base][known[base][token]]
            else:
                expected = torch.stack(
                    [values[n][v[token]] for n, v in known.items() if token in v]
                )
                expected = expected.double().mean(0).float()
            assert torch.equal(aligned[row], expected.reshape(WIDTH)), token
        middle = aligned[: len(wanted)].double().mean(0)
        assert torch.allclose(aligned[len(wanted) :].double(), middle, atol=1e-6)


@given(st.permutations(range(12)))
def test_another_order_and_back_is_the_same(order):
    values = Embedding(random_rows(12, 0))
    there = Aligned(values, ("embed",), Rows(tuple(order)), {})
    back = tuple(order.index(row) for row in range(12))
    assert torch.equal(
        Aligned(there, ("embed",), Rows(back), {}).tensor("embed"), values.tensor("embed")
    )


KNOWN = {"P": {"a": 0, "b": 1}, "Q": {"b": 0, "c": 1}}
TENSORS = {"P": Embedding(random_rows(2, 1)), "Q": Embedding(random_rows(2, 2))}


def read(name, wanted, choices, size=None):
    rows = align_rows(name, wanted, size or len(wanted), KNOWN, None, choices)
    return Aligned(TENSORS[name], ("embed",), rows, TENSORS)


def test_a_chosen_source_is_for_those_that_lack_the_token_and_by_force_for_all():
    p, q = (TENSORS[n].tensor("embed") for n in "PQ")
    wanted = {"b": 0, "a": 1}
    gentle, forced = Choice((("Q", 1),)), Choice((("Q", 1),), force=True)
    assert torch.equal(read("P", wanted, {"b": gentle}).tensor("embed"), p[[1, 0]])
    assert torch.equal(read("P", wanted, {"b": forced}).tensor("embed"), torch.stack([q[1], p[0]]))
    assert torch.equal(read("Q", wanted, {"b": forced}).tensor("embed"), torch.stack([q[1], p[0]]))
    zeros = read("P", {"new": 0, "a": 1}, {"new": Choice(())}).tensor("embed")
    assert torch.equal(zeros, torch.stack([torch.zeros(WIDTH), p[0]]))


def test_types_stay_and_means_are_rounded_once():
    tensors = {n: Embedding(random_rows(2, seed).bfloat16()) for seed, n in enumerate("PQ")}
    rows = align_rows("P", {"z": 0, "a": 1}, 2, {"P": {"a": 0}, "Q": {"z": 1}}, None, {})
    aligned = Aligned(tensors["P"], ("embed",), rows, tensors)
    assert aligned.specs["embed"] == Spec((2, WIDTH), torch.bfloat16)
    assert torch.equal(aligned.tensor("embed")[0], tensors["Q"].tensor("embed")[1])
    assert aligned.tensor("norm") is tensors["P"].tensor("norm")


def test_rows_that_only_end_earlier_are_not_copied():
    values = Embedding(random_rows(5, 0))
    shorter = Aligned(values, ("embed",), Rows((0, 1, 2)), {}).tensor("embed")
    assert shorter.data_ptr() == values.tensor("embed").data_ptr()
    assert shorter.shape == (3, WIDTH)


def test_the_hash_tells_what_the_rows_are_made_of():
    wanted = {"a": 0, "b": 1, "c": 2}
    hashes = [
        read("P", wanted, {}).content_hash,
        read("P", {"a": 0, "c": 1, "b": 2}, {}).content_hash,
        read("P", wanted, {"c": Choice(())}).content_hash,
        read("P", wanted, {}, size=4).content_hash,
        TENSORS["P"].content_hash,
    ]
    rows = align_rows("P", wanted, 3, KNOWN, None, {})
    other = {**TENSORS, "Q": Embedding(random_rows(2, 9))}
    hashes.append(Aligned(TENSORS["P"], ("embed",), rows, other).content_hash)
    assert len(set(hashes)) == len(hashes)
    assert read("P", wanted, {}).content_hash == hashes[0]


@pytest.mark.parametrize(
    "giver, problem",
    [
        (Embedding(torch.zeros(2, 4), 4), r"embed cannot take rows of Q, which has \[2, 4\]"),
        (
            Embedding(torch.zeros(2, WIDTH), name="other"),
            "embed cannot take rows of Q, which lacks it",
        ),
    ],
)
def test_rows_that_do_not_fit_are_refused(giver, problem):
    with pytest.raises(ParentError, match=problem):
        Aligned(TENSORS["P"], ("embed",), Rows((0,)), {"Q": giver})
