from pathlib import Path

import pytest
import torch

from evomerge.weights.adapters.files import AdapterFiles
from evomerge.weights.adapters.ia3 import Scaled, ia3_changes

WEIGHT = torch.tensor([[1.0, 2.0], [3.0, 4.0]])


def test_what_goes_in_or_comes_out_is_scaled():
    out = Scaled(torch.tensor([[2.0], [10.0]])).apply(WEIGHT)
    assert out.tolist() == [[2, 4], [30, 40]]
    into = Scaled(torch.tensor([[2.0, 10.0]])).apply(WEIGHT.bfloat16())
    assert into.tolist() == [[2, 20], [6, 40]]
    assert into.dtype == torch.bfloat16
    with pytest.raises(RuntimeError, match=r"is scaled by \[3, 1\], but \[1, 2\]"):
        Scaled(torch.ones(3, 1)).apply(WEIGHT[:1])


@pytest.mark.parametrize("turned", [False, True])
def test_where_what_comes_out_is_scaled_the_bias_is_as_well(turned):
    factor = torch.tensor([[2.0], [3.0]])
    weights = {"q.ia3_l": factor, "head.base_layer.weight": WEIGHT}
    changes = ia3_changes(AdapterFiles(Path("a"), {"fan_in_fan_out": turned}, weights))
    assert changes.each.keys() == {"q.weight", "q.bias"}
    assert changes.optional == {"q.bias"}
    assert changes.whole.keys() == {"head.weight"}
    made = changes.each["q.weight"].apply(WEIGHT)
    assert made.tolist() == ([[2, 6], [6, 12]] if turned else [[2, 4], [9, 12]])
    assert changes.each["q.bias"].apply(torch.ones(2)).tolist() == [2, 3]
