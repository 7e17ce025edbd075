import math

import pytest
import torch

from evomerge.errors import TrialError
from evomerge.merge.formulas.thinned import MASKS, thinnings_of, varied
from evomerge.merge.kernels.thinning import NOTHING, Drawn
from evomerge.merge.methods import Inputs
from evomerge.merge.methods.breadcrumbs import sift
from evomerge.merge.methods.task_vectors import trim
from tests.merge.formulas.spelling import drawn


@pytest.fixture
def inputs():
    *thetas, base = drawn(3, (8, 5))
    return Inputs(thetas, base)


def test_masks_are_the_thinnings_of_our_methods(inputs):
    p, g = [0.5, 0.2], [0.1, 0.0]
    assert thinnings_of("keep", inputs, [p], [1, 2]) == trim(inputs, density=p)
    assert thinnings_of("sift", inputs, [p, g], [1, 2]) == sift(inputs, density=p, gamma=g)
    assert thinnings_of("drawn", inputs, [[0.5, 2.0]], [7, 8]) == [Drawn(7, 2**31), None]


@pytest.mark.parametrize("function", MASKS)
def test_a_share_is_a_number_and_lies_between_0_and_1(inputs, function):
    count = {"keep": 1, "drawn": 1}.get(function, 2)
    rest = [[0.0, 0.0]] * (count - 1)
    low = thinnings_of(function, inputs, [[-1.0, -math.inf], *rest], [1, 2])
    assert low == thinnings_of(function, inputs, [[0.0, 0.0], *rest], [1, 2])
    assert thinnings_of(function, inputs, [[math.inf, 1.0], *rest], [1, 2]) == [None, None]
    with pytest.raises(TrialError, match=f"{function}: a share is not a number"):
        thinnings_of(function, inputs, [[math.nan, 0.5], *rest], [1, 2])


def test_the_places_where_models_differ_most(inputs):
    whole, none = varied(inputs, 2.0), varied(inputs, 0.0)
    assert whole.thinning is None
    assert none.thinning == NOTHING
    assert whole.squares.tolist() == inputs.delta_products.diagonal().tolist()
    half = varied(inputs, 0.5)
    marks = half.thinning.marks(0, 40).bool()
    variance = torch.stack(inputs.deltas).var(0, correction=0).view(-1)
    assert marks.sum() == 20
    assert variance[marks].min() >= variance[~marks].max()
    with pytest.raises(TrialError, match="varied: a share is not a number"):
        varied(inputs, math.nan)
