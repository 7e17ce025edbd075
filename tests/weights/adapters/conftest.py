import pytest

from evomerge.weights import Checkpoint
from tests.tiny import tiny_tensors, write_model


@pytest.fixture
def base(tmp_path):
    """What adapters are put on."""
    return Checkpoint(write_model(tmp_path / "base", tiny_tensors(0)))
