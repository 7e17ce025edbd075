"""What the methods declare of themselves."""

import pytest

from evomerge.merge.methods import METHODS


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_contract_makes_sense(method):
    assert method.summary
    assert method.paper
    fewest, most = method.models
    assert 1 <= fewest <= (most or fewest)
    for parameter in method.parameters.values():
        assert parameter.low <= parameter.default <= parameter.high
    if method.alone is not None:
        assert method.alone.keys() <= method.parameters.keys()
    if method.additive:
        assert method.base == "required"
