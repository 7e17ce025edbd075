"""A run in Ray's cache would be lost."""

import pytest

from evomerge.errors import UserError
from evomerge.run.folder.lasting import check_lasting


def test_the_working_directory_of_a_ray_job_is_refused(tmp_path, monkeypatch):
    working = tmp_path / "ray/session_2026-11-29_1/runtime_resources/working_dir_files/_ray_pkg_1"
    working.mkdir(parents=True)
    monkeypatch.chdir(working)
    with pytest.raises(UserError, match="--run-dir"):
        check_lasting(working.relative_to(working) / "runs" / "a")


@pytest.mark.parametrize(
    "folder, refused",
    [
        ("ray/session_1/runtime_resources/runs", True),
        ("runtime_resources/runs", False),
        ("ray/session_1/runs", False),
    ],
)
def test_only_what_ray_deletes_is_refused(tmp_path, folder, refused):
    try:
        check_lasting(tmp_path / folder)
    except UserError:
        assert refused
    else:
        assert not refused
