"""Seeded generators, put back as they were."""

import random

import numpy as np
import pytest
import torch

from evomerge.score.foreign_code.chance import seeded


def drawn():
    return random.random(), float(np.random.rand()), float(torch.rand(()))


def test_generators_are_seeded_and_put_back():
    random.seed(1), np.random.seed(2), torch.manual_seed(3)
    expected = drawn()
    random.seed(1), np.random.seed(2), torch.manual_seed(3)
    with seeded(7, 8):
        inside = drawn()
    assert drawn() == expected
    assert inside == (
        random.Random(7).random(),
        float(np.random.RandomState(8).rand()),
        float(torch.rand((), generator=torch.Generator().manual_seed(8))),
    )


def test_they_are_put_back_after_an_error():
    state = random.getstate()
    with pytest.raises(ZeroDivisionError), seeded(1, 1):
        random.random()
        1 / 0  # noqa: B018
    assert random.getstate() == state
