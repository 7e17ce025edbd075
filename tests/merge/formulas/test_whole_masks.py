import torch

from evomerge.formulas.grammar import parse_formula
from evomerge.merge.formulas.whole_masks import WholeMasks
from evomerge.merge.methods import Inputs
from tests.merge.formulas.spelling import drawn, spelt


def masks_of(text, numbers):
    *thetas, base = drawn(3, (6, 5))
    inputs = Inputs(thetas, base)
    tree = parse_formula(text)

    def each(part):
        value = numbers[part]
        return value if isinstance(value, tuple) else (value,) * 2

    whole = {"theta": thetas, "b": [base]}
    made = WholeMasks(
        spelt(f"b + sum({text} * d)"),
        inputs,
        [1, 2],
        each,
        lambda part: [t.view(-1) for t in whole[part.name]],
    )
    return [mask(0, inputs.numel) for mask in made.of(tree)], inputs


def shares(*values):
    return {parse_formula(str(value)): value for value in values}


def test_each_model_has_a_mask_by_its_own_number():
    masks, inputs = masks_of("keep(d, p)", {parse_formula("p"): (0.5, 0.1)})
    assert [int(mask.sum()) for mask in masks] == [15, 3]
    sizes = inputs.deltas[1].abs().view(-1)
    assert torch.equal(masks[1].bool(), sizes >= sizes.sort().values[-3])


def test_what_a_mask_looks_at_may_be_any_tensor():
    masks, inputs = masks_of("keep(theta, 0.2)", shares(0.2))
    for mask, theta in zip(masks, inputs.thetas, strict=True):
        assert torch.equal(
            mask.bool().view(6, 5), theta.abs() >= theta.abs().view(-1).sort()[0][-6]
        )
    (one,), inputs = masks_of("keep(b, 0.2)", shares(0.2))
    assert int(one.sum()) == 6


def test_one_mask_for_all_models_where_they_differ_most():
    (of_deltas,), _ = masks_of("varied(d, 0.5)", shares(0.5))
    (of_models,), _ = masks_of("varied(theta, 0.5)", shares(0.5))
    assert int(of_deltas.sum()) == int(of_models.sum()) == 15


def test_draws_need_no_look():
    masks, _ = masks_of("drawn(0.5)", shares(0.5))
    assert not torch.equal(*masks)
