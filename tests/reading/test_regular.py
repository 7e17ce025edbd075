import hashlib
import os

import pytest

from evomerge.errors import RecipeError
from evomerge.reading.file_kind import FileKind
from evomerge.reading.regular import (
    present,
    read_bytes,
    read_lines,
    read_text,
    require_inside,
    sha256_of,
)

KIND = FileKind("a list", 100, RecipeError)


def told(call, *arguments):
    with pytest.raises(RecipeError) as caught:
        call(*arguments)
    return str(caught.value)


def test_a_file_is_read_whole(tmp_path):
    (tmp_path / "f").write_bytes(b"a\r\nb\xc3\xa9")
    assert read_bytes(tmp_path / "f", KIND) == b"a\r\nb\xc3\xa9"
    assert read_text(tmp_path / "f", KIND) == "a\nbé"
    assert sha256_of(tmp_path / "f", KIND) == hashlib.sha256(b"a\r\nb\xc3\xa9").hexdigest()


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "f")
    assert told(read_bytes, tmp_path / "f", KIND).endswith(
        "f: is a pipe, a device or a socket, not a list"
    )


def test_what_is_no_regular_file_is_refused(tmp_path):
    assert "/dev/zero: is a pipe, a device" in told(read_bytes, "/dev/zero", KIND)
    assert "is a folder, not a list" in told(read_bytes, tmp_path, KIND)
    assert "cannot be read (No such file" in told(read_bytes, tmp_path / "f", KIND)
    assert "cannot be read (File name too long" in told(read_bytes, tmp_path / ("f" * 300), KIND)
    assert "is no name that a file can have" in told(read_bytes, f"{tmp_path}/\0", KIND)
    assert "is no name that a file can have" in told(read_bytes, f"{tmp_path}/\ud800", KIND)


def test_a_file_is_no_larger_than_its_kind(tmp_path):
    (tmp_path / "f").write_bytes(bytes(100))
    assert len(read_bytes(tmp_path / "f", KIND)) == 100
    (tmp_path / "f").write_bytes(bytes(101))
    assert told(read_bytes, tmp_path / "f", KIND).endswith(
        "f: larger than 100 bytes, so not a list"
    )


def test_a_file_that_is_made_while_it_is_read_has_a_limit_too():
    assert os.stat("/proc/meminfo").st_size == 0
    assert "larger than 100 bytes" in told(read_bytes, "/proc/meminfo", KIND)


def test_what_is_not_utf8_is_told_with_its_line(tmp_path):
    (tmp_path / "f").write_bytes(b"a\nb\xff\n")
    assert told(read_text, tmp_path / "f", KIND).endswith(
        "f:2: is not UTF-8 text; save it as UTF-8"
    )


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("s")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "link").symlink_to("../secret")
    (tmp_path / "model" / "circle").symlink_to("circle")
    (tmp_path / "model" / "own").write_text("o")
    (tmp_path / "model" / "inside").symlink_to("own")
    assert "is a link out of its folder" in told(present, tmp_path / "model", "link", KIND)
    assert present(tmp_path / "model", "inside", KIND) == tmp_path / "model" / "inside"
    assert present(tmp_path / "model", "circle", KIND) is None
    (tmp_path / "linked").symlink_to("model")
    assert present(tmp_path / "linked", "own", KIND) == tmp_path / "linked" / "own"


def test_the_hubs_cache_links_to_its_blobs(tmp_path):
    for folder in ("models--a--b/blobs", "models--a--b/snapshots/1", "models--c--d/blobs"):
        (tmp_path / folder).mkdir(parents=True)
    snapshot = tmp_path / "models--a--b/snapshots/1"
    (tmp_path / "models--a--b/blobs/x").write_text("x")
    (tmp_path / "models--c--d/blobs/x").write_text("x")
    (snapshot / "good").symlink_to("../../blobs/x")
    (snapshot / "bad").symlink_to("../../../models--c--d/blobs/x")
    require_inside(snapshot, snapshot / "good", KIND)
    assert "is a link out of its folder" in told(require_inside, snapshot, snapshot / "bad", KIND)


def test_a_pipe_in_the_place_of_a_file_is_told_and_a_folder_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "f")
    (tmp_path / "d").mkdir()
    assert "is a pipe, a device" in told(present, tmp_path, "f", KIND)
    assert present(tmp_path, "d", KIND) is None
    assert present(tmp_path, "absent", KIND) is None


def test_only_a_newline_ends_a_line(tmp_path):
    file = tmp_path / "texts.txt"
    file.write_bytes("a\u2028b\x0bc\x85d\re\r\n\r\nf".encode())
    assert read_lines(file, KIND) == ["a\u2028b\x0bc\x85d\re", "", "f"]
    file.write_bytes(b"one\n")
    assert read_lines(file, KIND) == ["one"]
    file.write_bytes(b"")
    assert read_lines(file, KIND) == []
