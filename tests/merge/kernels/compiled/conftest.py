import pytest

from evomerge.merge.kernels.compiled import cache as files


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    files.folder.cache_clear()
    yield tmp_path
    files.folder.cache_clear()
