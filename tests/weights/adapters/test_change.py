import torch

from evomerge.weights.adapters.change import Changes
from evomerge.weights.adapters.ia3 import Scaled
from evomerge.weights.adapters.lora import LowRank, LowRankExperts
from evomerge.weights.adapters.products import Added


def test_every_change_keeps_shape_and_type():
    ones = torch.ones(2, 2)
    each = {
        "scaled": Scaled(torch.full((2, 1), 2.0)),
        "added": Added(ones),
        "low rank": LowRank(ones, ones, 0.5, embedding=False),
        "embedding": LowRank(ones, ones, 0.5, embedding=True),
    }
    for change in Changes(each, {}).each.values():
        made = change.apply(ones.bfloat16())
        assert (made.shape, made.dtype) == ((2, 2), torch.bfloat16)
        assert made.tolist() == [[2, 2], [2, 2]]
    experts = LowRankExperts(torch.ones(3, 2), torch.ones(2, 3), 1.0, turned=False)
    assert experts.apply(torch.ones(3, 2, 2)).tolist() == torch.full((3, 2, 2), 2.0).tolist()


def test_what_the_base_may_lack_is_nothing_unless_it_is_said():
    assert Changes({}, {}).optional == frozenset()
