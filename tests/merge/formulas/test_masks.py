import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.formulas import masks
from evomerge.merge.formulas.masks import WORD, chance, mask_of
from evomerge.merge.kernels.tensors.ranks import draws
from evomerge.merge.kernels.thinning import Drawn
from evomerge.merge.making.filling import Computing
from evomerge.merge.methods import Inputs
from evomerge.merge.methods.formula import TaskVectors
from tests.merge.formulas.spelling import drawn

CPU = torch.device("cpu")


def inputs():
    theta, base = ((t * 2).round() for t in drawn(2, (40, 7)))
    return Inputs([theta], base)


@pytest.mark.parametrize("keep, drop", [(0, 0), (1, 0), (100, 0), (100, 30), (279, 5), (280, 0)])
def test_a_mask_lets_pass_what_the_kernel_does(monkeypatch, keep, drop):
    monkeypatch.setattr("evomerge.merge.methods.inputs.PART", 21)
    given = inputs()
    thinning = given.magnitudes[0].cut(keep, drop)
    mask = mask_of(given, 0, thinning)(0, given.numel)
    kept = TaskVectors([1.0], [1.0], [thinning], 1.0)
    theirs = torch.empty(given.numel)
    Computing(given, kept).fill(theirs)
    base = given.base.view(-1)
    assert mask.sum() == keep - drop
    assert torch.equal(base + mask * given.deltas[0].view(-1), theirs)


@given(
    st.lists(st.sampled_from([0.0, -1.0, 1.0, 2.0, -2.0]), min_size=1, max_size=40),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(1, 7),
)
def test_of_equal_magnitudes_the_first_stay_whatever_the_parts(values, density, top, part):
    inputs = Inputs([torch.tensor(values)], torch.zeros(len(values)))
    keep = int(density * len(values))
    drop = min(int(top * len(values)), keep)
    places = sorted(range(len(values)), key=lambda i: (-abs(values[i]), i))[drop:keep]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evomerge.merge.methods.inputs.PART", part)
        mask = mask_of(inputs, 0, inputs.magnitudes[0].cut(keep, drop))(0, len(values))
    assert mask.nonzero().flatten().tolist() == sorted(places)


@pytest.mark.parametrize("way", ["cut", "drawn", "whole"])
def test_a_part_of_a_mask_is_that_of_the_whole(way):
    given = inputs()
    cut = given.magnitudes[0].cut(90)
    mask = mask_of(given, 0, {"cut": cut, "drawn": Drawn(5, WORD // 3), "whole": None}[way])
    parts = [mask(offset, 35) for offset in range(0, given.numel, 35)]
    assert torch.equal(torch.cat(parts), mask(0, given.numel))


def test_draws_are_those_of_the_kernels():
    words = draws(7, 0, 1000, CPU)
    assert torch.equal(chance(7, WORD / 4, 0, 1000, CPU), (words < WORD // 4).float())
    each = torch.linspace(0, 1, 1000, dtype=torch.float64) * WORD
    assert torch.equal(chance(7, each, 0, 1000, CPU), (words < each).float())
    assert chance(7, 0.5, 10, 0, CPU).shape == (0,)


def test_the_key_changes_with_so_many_elements_as_a_hash_has_values():
    both = chance(7, WORD / 2, WORD - 50, 100, CPU)
    assert torch.equal(both[:50], chance(7, WORD / 2, WORD - 50, 50, CPU))
    assert torch.equal(both[50:], chance(7, WORD / 2, WORD, 50, CPU))
    assert masks.WORD == 2**32
