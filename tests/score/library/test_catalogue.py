"""Names of tasks, groups and tags, found in the text of files."""

import pytest

from evomerge.score.library.catalogue import Catalogue, close_names

FILES = {
    "a/sums.yaml": "task: sums\ntag: maths\n",
    "a/more.yaml": "include: _common.yaml\ntask: 'more sums'  # quoted\n",
    "a/_common.yaml": "tag:\n  - maths\n  - easy\n",
    "b/group.yaml": "group: all\ntask: [sums, more sums]\n",
    "b/json.yaml": '{"task": "flow", "tag": ["easy"]}\n',
    "b/sums.yaml": "task: sums\n",
    "b/broken.yaml": "task: broken\ntag: [maths\n",
    "b/comment.yaml": "# task: hidden\ntask: shown\ndescription: tells of all\n",
    "__pycache__/x.yaml": "task: cached\n",
}


@pytest.fixture
def catalogue(tmp_path):
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return Catalogue(tmp_path)


@pytest.mark.parametrize(
    "name, file",
    [
        ("sums", "a/sums.yaml"),
        ("more sums", "a/more.yaml"),
        ("all", "b/group.yaml"),
        ("flow", "b/json.yaml"),
        ("shown", "b/comment.yaml"),
        ("hidden", None),
        ("cached", None),
        ("broken", None),
        ("tells of all", None),
    ],
)
def test_a_name_leads_to_the_first_file_that_has_it(catalogue, tmp_path, name, file):
    found = catalogue.find(name)
    assert found == (None if file is None else tmp_path / file)


def test_tags_reach_what_includes_them_in_the_order_of_the_tasks_names(catalogue, tmp_path):
    assert catalogue.tagged("maths") == [tmp_path / "a/more.yaml", tmp_path / "a/sums.yaml"]
    assert catalogue.tagged("easy") == [tmp_path / "b/json.yaml", tmp_path / "a/more.yaml"]
    assert catalogue.tagged("sums") == []


def test_names_that_are_most_alike_are_proposed(catalogue):
    assert close_names("sumz", [catalogue])[0] == "sums"
    assert close_names("xyzzy", [catalogue]) == []
