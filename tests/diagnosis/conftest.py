"""A model that causes are planted into."""

import shutil

import pytest

from evomerge.zoo import zoo_folder
from tests.diagnosis.planted import LIKE


@pytest.fixture
def model(tmp_path):
    """A copy of a zoo model."""
    return shutil.copytree(zoo_folder(LIKE), tmp_path / "model")
