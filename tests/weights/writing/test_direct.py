import pytest

from evomerge.weights.writing.direct import DirectFile


def test_a_file_that_has_no_room_is_told_at_once(tmp_path):
    with pytest.raises(OSError):
        DirectFile(tmp_path / "file", 1 << 62)
