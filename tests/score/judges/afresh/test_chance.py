"""The chance by which answers are judged a second time."""

import random

import numpy as np
import torch

from evomerge.score.judges.afresh.chance import other_chance


def test_chance_is_another_the_same_each_time_and_is_put_back():
    def draw():
        return random.random(), float(np.random.rand()), float(torch.rand(()))

    random.seed(5), np.random.seed(5), torch.manual_seed(5)
    expected = [draw(), draw()]
    random.seed(5), np.random.seed(5), torch.manual_seed(5)
    first = draw()
    with other_chance():
        other = draw()
    with other_chance():
        assert draw() == other
    assert [first, draw()] == expected
    assert not set(other) & set(expected[0] + expected[1])
