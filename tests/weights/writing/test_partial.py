"""Hidden folders of killed merges are swept, those of living ones are not."""

import subprocess
import sys

from evomerge.weights.writing.partial import PartialFolder

LEAVES = """
import os, signal, sys
from pathlib import Path
from evomerge.weights.writing.partial import PartialFolder
folder = PartialFolder(Path(sys.argv[1]))
(folder.path / "model.safetensors.partial").write_bytes(bytes(100))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_removed(tmp_path):
    out = tmp_path / "m[1]"
    subprocess.run([sys.executable, "-c", LEAVES, str(out)], check=False)
    assert len([*tmp_path.iterdir()]) == 1
    folder = PartialFolder(out)
    assert [*tmp_path.iterdir()] == [folder.path]
    folder.remove()
    assert [*tmp_path.iterdir()] == []


def test_what_a_living_process_writes_stays(tmp_path):
    first, second = PartialFolder(tmp_path / "m"), PartialFolder(tmp_path / "m")
    assert {*tmp_path.iterdir()} == {first.path, second.path}
    first.remove()
    PartialFolder(tmp_path / "m").remove()
    assert [*tmp_path.iterdir()] == [second.path]


def test_what_has_another_name_stays(tmp_path):
    for name in (".mine.partial-1", ".m.partial", "m.partial-1"):
        (tmp_path / name).mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".m.partial-link").symlink_to("elsewhere")
    (tmp_path / ".m.partial-file").write_text("")
    PartialFolder(tmp_path / "m").remove()
    assert len([*tmp_path.iterdir()]) == 6


def test_a_folder_that_was_published_stays(tmp_path):
    folder = PartialFolder(tmp_path / "m")
    folder.path.rename(tmp_path / "m")
    folder.remove()
    assert [*tmp_path.iterdir()] == [tmp_path / "m"]
