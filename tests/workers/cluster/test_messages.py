import pickle
from dataclasses import fields, is_dataclass
from typing import get_args

import pytest

from evomerge.recipe import Placement
from evomerge.workers.cluster import messages
from evomerge.workers.cluster.messages import Order, Report

KINDS = [kind for kind in vars(messages).values() if is_dataclass(kind)]
GIVEN = {"placement": Placement(count=3), "address": None, "chosen": (1, 2), "recipe": {"a": 1}}


def test_every_kind_is_an_order_or_a_report():
    assert {*KINDS} == {*get_args(Order), *get_args(Report)}


@pytest.mark.parametrize("kind", KINDS)
def test_it_reaches_another_process(kind):
    message = kind(**{field.name: GIVEN.get(field.name, b"1") for field in fields(kind)})
    assert pickle.loads(pickle.dumps(message)) == message
