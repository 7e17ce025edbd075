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


def test_any_other_folder_is_taken(tmp_path):
    check_lasting(tmp_path / "runtime_resources" / "runs")
    check_lasting(tmp_path / "ray" / "session_1" / "runs")
