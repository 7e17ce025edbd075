"""A folder to work in."""

import pytest

from tests.released import finished, hub  # noqa: F401


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path
