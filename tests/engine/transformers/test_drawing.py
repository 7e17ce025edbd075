"""Tokens are drawn with the right frequencies, by nothing but key and position."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.engine.request import SamplingParams
from evomerge.engine.transformers.drawing import draw

LOGITS = torch.tensor([2.0, -1.0, 0.5, 0.5, -60.0])


def drawn(count, temperature=1.0, **more):
    """How often each token is drawn in so many answers."""
    params = [SamplingParams(temperature, **more).keyed(1, "item", n) for n in range(count)]
    tokens = draw(LOGITS.repeat(count, 1), params, [7] * count)
    return torch.bincount(tokens, minlength=5) / count


def test_tokens_are_as_frequent_as_they_are_probable():
    for temperature in (0.5, 1.0, 2.0):
        expected = torch.softmax(LOGITS / temperature, 0)
        error = (expected * (1 - expected) / 20_000).sqrt()
        assert ((drawn(20_000, temperature) - expected).abs() <= 5 * error + 1e-9).all()


def test_top_k_leaves_the_most_probable_tokens():
    kept = torch.softmax(LOGITS, 0)[[0, 2]]  # of equal ones the first
    found = drawn(20_000, top_k=2)
    assert found[[1, 3, 4]].sum() == 0
    assert torch.allclose(found[[0, 2]], kept / kept.sum(), atol=0.02)


def test_top_p_leaves_those_that_are_probable_enough_together():
    first = float(torch.softmax(LOGITS, 0)[0])
    assert drawn(500, top_p=first - 0.01).tolist() == [1, 0, 0, 0, 0]
    assert (drawn(2000, top_p=first + 0.01) > 0).tolist() == [True, False, True, False, False]
    assert (drawn(2000, top_k=2, top_p=0.999) > 0).tolist() == [True, False, True, False, False]


def test_a_low_temperature_takes_the_most_probable_token():
    for temperature in (1e-6, 1e-300):
        assert drawn(100, temperature).tolist() == [1, 0, 0, 0, 0]


@settings(deadline=None, max_examples=50)
@given(st.permutations(range(6)), st.integers(1, 6), st.floats(0.1, 1), st.integers(0, 5))
def test_a_row_is_drawn_alike_whatever_stands_beside_it(order, split, top_p, top_k):
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(6, 50, generator=generator)
    params = [SamplingParams(0.9, top_p, top_k).keyed(3, f"i{n}", n) for n in range(6)]
    positions = [*range(6)]
    whole = draw(logits, params, positions)
    parts = [order[:split], order[split:]]
    for part in filter(None, parts):
        some = draw(logits[part], [params[n] for n in part], [positions[n] for n in part])
        assert some.tolist() == whole[part].tolist()


def test_rows_of_one_batch_may_be_drawn_in_different_ways():
    params = [SamplingParams(1.0, top_k=1), SamplingParams(1.0, key=5), SamplingParams(9.0, 0.2)]
    tokens = draw(LOGITS.repeat(3, 1), params, [0, 0, 0])
    assert tokens[0] == 0
    assert tokens[1] == draw(LOGITS[None], [SamplingParams(1.0, key=5)], [0])[0]


def test_the_global_generators_have_no_part_in_it():
    params = [SamplingParams(1.0).keyed(1, "i", n) for n in range(50)]
    logits = LOGITS.repeat(50, 1)
    torch.manual_seed(1)
    one = draw(logits, params, [0] * 50)
    torch.manual_seed(2)
    assert draw(logits, params, [0] * 50).tolist() == one.tolist()
    assert draw(logits, params, [1] * 50).tolist() != one.tolist()
    other = [SamplingParams(1.0).keyed(2, "i", n) for n in range(50)]
    assert draw(logits, other, [0] * 50).tolist() != one.tolist()
