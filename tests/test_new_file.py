import pytest

from evomerge.errors import UserError
from evomerge.new_file import check_new_file, new_file


def test_what_cannot_be_written_is_told_before_any_work_is_done(tmp_path):
    (tmp_path / "there").write_text("")
    (tmp_path / "link").symlink_to("nowhere")
    check_new_file(tmp_path / "new", "--made")
    for name, problem in (("there", "exists"), ("link", "exists"), ("no/new", "no folder")):
        with pytest.raises(UserError, match=rf"^--made .*{name}: .*{problem}"):
            check_new_file(tmp_path / name, "--made")


def test_a_file_has_its_name_once_it_is_whole(tmp_path):
    path = tmp_path / "made"
    with new_file(path) as file:
        file.write(b"half")
        assert not path.exists()
    assert path.read_bytes() == b"half"


def test_nothing_is_left_of_what_ended_early(tmp_path):
    with pytest.raises(KeyboardInterrupt), new_file(tmp_path / "made") as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert [*tmp_path.iterdir()] == []


def test_what_a_killed_process_left_is_no_hindrance_and_no_way_out(tmp_path):
    outside, path = tmp_path / "outside", tmp_path / "made"
    outside.write_text("safe")
    (tmp_path / ".made.partial").symlink_to(outside)
    with new_file(path) as file:
        file.write(b"whole")
    assert (outside.read_text(), path.read_bytes()) == ("safe", b"whole")
