import torch

from evomerge.formulas.grammar import parse_formula
from evomerge.merge.formulas.blocks import BlockValues, RowBlock
from tests.merge.formulas.spelling import drawn, spelt


def values(text, **numbers):
    one = spelt(text)
    asked = []

    def number(tree):
        asked.append(tree)
        return numbers[tree.name]

    return one, BlockValues(one, [1, 2], number, lambda tree: []), asked


def block(rows=3):
    *thetas, base = drawn(3, (rows, 4))
    return RowBlock(thetas, base, 0)


def test_numbers_are_rounded_to_float32_where_they_meet_tensors():
    one, making, _ = values("b + sum(w * d)", w=(0.1, 0.7))
    here = block()
    (x, y), b = here.thetas, here.base
    w, v = torch.tensor(0.1), torch.tensor(0.7)
    assert torch.equal(making.value(one.tree, here), b + (w * (x - b) + v * (y - b)))


def test_a_repeated_function_is_made_once_in_a_block():
    one, making, asked = values("where(sum(w * d), sum(w * d), b)", w=(1.0, 2.0))
    making.value(one.tree, block())
    assert asked == [parse_formula("w")]


def test_a_draw_may_depend_on_the_element():
    one, making, _ = values("b + sum(d * drawn(abs(d)))")
    here = block(400)
    masks = making.listed(parse_formula("drawn(abs(d))"), here)
    sizes = [(theta - here.base).abs() for theta in here.thetas]
    assert all(bool(mask[size >= 1].all()) for mask, size in zip(masks, sizes, strict=True))
    small = sizes[0] < 0.2
    assert 0.02 < float(masks[0][small].mean()) < 0.2
    assert torch.equal(making.value(one.tree, here), making.value(one.tree, block(400)))


def test_what_is_one_for_all_models_meets_what_each_has():
    one, making, _ = values("sum(rank(b) * theta) + mean(d * b)")
    here = block()
    ranks = here.base.abs().argsort().argsort() / 3
    expected = (
        sum(ranks * t for t in here.thetas)
        + sum((t - here.base) * here.base for t in here.thetas) / 2
    )
    assert torch.allclose(making.value(one.tree, here), expected, atol=1e-6)
