"""The folder that a program works in."""

import os
from pathlib import Path

import pytest

from evomerge.score.judges.sandbox.folder import holds_more, temporary_folder


def test_the_folder_is_removed_whatever_stands_in_it(world, monkeypatch):
    with temporary_folder() as folder:
        (folder / "outwards").symlink_to(world.outside, target_is_directory=True)
        (folder / "nowhere").symlink_to("nowhere")
        os.mkfifo(folder / "pipe")
        (folder / "locked" / "in" / "side").mkdir(parents=True)
        (folder / "locked" / "in" / "side" / "file").touch(0)
        (folder / "locked" / "in").chmod(0)
        (folder / "locked").chmod(0o100)
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n")).touch()
        monkeypatch.chdir(folder)
        for _ in range(100):  # deeper than a path can say, and than Python can recurse
            os.mkdir("d" * 250)
            os.chdir("d" * 250)
    assert not folder.exists()
    world.check()


@pytest.mark.parametrize("entries, more", [(4, True), (5, False)])
def test_everything_in_a_folder_counts(tmp_path, entries, more):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").touch()
    (tmp_path / "link").symlink_to("/")
    (tmp_path / "file").touch()
    assert holds_more(tmp_path, entries) == more
