from dataclasses import FrozenInstanceError

import pytest

from evomerge.merge.methods import METHODS
from evomerge.merge.methods.method import Parameter


def test_a_flag_is_told_by_its_default():
    assert Parameter(False).is_flag
    assert not Parameter(0).is_flag
    assert not Parameter(1.0).is_flag


@pytest.mark.parametrize("name", METHODS)
def test_defaults_are_allowed_values(name):
    for parameter in METHODS[name].parameters.values():
        assert parameter.low <= parameter.default <= parameter.high


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_named_and_needs_as_many_models_as_it_says(name):
    method = METHODS[name]
    fewest, most = method.models
    assert method.name == name
    assert fewest >= 1
    assert most is None or fewest <= most
    with pytest.raises(FrozenInstanceError):
        method.name = "other"
