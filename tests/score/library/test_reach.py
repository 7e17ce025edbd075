"""A task file reads data of folders that the user named, and of none that a stranger did."""

import pytest

from evomerge.errors import RecipeError
from evomerge.permissions import NOTHING, Permissions
from evomerge.score.library.reach import Reach


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A recipe's folder with a task, and a secret elsewhere."""
    (tmp_path / "recipe" / "data").mkdir(parents=True)
    (tmp_path / "recipe" / "data" / "rows.jsonl").write_text("{}")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "secret.jsonl").write_text("{}")
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path


def check(world, config, *, text="task: t\ndataset_path: json\n", permissions=None):
    file = world / "recipe" / "task.yaml"
    file.write_text(text)
    folder = world / "recipe"
    Reach(permissions or Permissions(folder=folder), file).check({"dataset_path": "json", **config})


def files(*names):
    return {"dataset_kwargs": {"data_files": {"test": [str(name) for name in names]}}}


def is_read(world, config):
    try:
        check(world, config)
    except RecipeError:
        return False
    return True


def test_data_of_the_recipe_s_folder_are_read(world):
    data = world / "recipe" / "data"
    assert is_read(world, files(data / "rows.jsonl"))
    assert is_read(world, files(data / "*.jsonl"))
    assert is_read(world, {"dataset_kwargs": {"data_dir": str(data)}})
    (data / "link.jsonl").symlink_to(world / "home" / "secret.jsonl")
    assert is_read(world, files(data / "rows.jsonl"))
    assert not is_read(world, files(data / "*.jsonl"))
    assert not is_read(world, {"dataset_kwargs": {"data_dir": str(data)}})


@pytest.mark.parametrize(
    "config",
    [
        {"dataset_path": "someone/data", **files("test.jsonl")},
        {"dataset_path": "openai_humaneval"},
        {"dataset_path": "someone/data", **files("hf://datasets/a/b/c.jsonl")},
    ],
    ids=str,
)
def test_data_of_the_hub_are_read(world, config):
    assert is_read(world, config)
    (world / "home" / str(config["dataset_path"])).mkdir(parents=True)
    assert not is_read(world, config)


@pytest.mark.parametrize(
    "config",
    [
        files("{world}/home/secret.jsonl"),
        files("secret.jsonl"),
        files("{world}/recipe/../home/secret.jsonl"),
        files("{world}/home/*"),
        files("/**"),
        files("{world}/recipe/data/rows.jsonl", "/etc/passwd"),
        files("{world}/recipe/link/secret.jsonl"),
        files("file:///etc/passwd"),
        files("file:/etc/passwd"),
        files("simplecache::/etc/passwd"),
        files("~/secret.jsonl"),
        {"dataset_kwargs": {"data_dir": "~"}},
        files("https://evil.example/rows.jsonl"),
        files("s3://bucket/rows"),
        files("zip://x::file:///etc/passwd"),
        files("hf://datasets/a/b::file:///etc/passwd"),
        {"dataset_path": "someone/data", **files("/etc/passwd")},
        {"dataset_path": "{world}/home"},
        {"dataset_path": "."},
        {"dataset_path": "sql"},
        {"dataset_path": "pandas"},
        {"dataset_kwargs": {"data_dir": "{world}/home"}},
        {"dataset_kwargs": {"data_dir": "{world}/recipe"}},
        {"dataset_kwargs": {"data_dir": "..", "data_files": "home/secret.jsonl"}},
        {"dataset_kwargs": {"cache_dir": "/tmp/x"}},
        {"use_prompt": "{world}/home/secret.yaml:x"},
    ],
    ids=str,
)
def test_data_elsewhere_are_refused_with_the_cure(world, config):
    (world / "recipe" / "link").symlink_to(world / "home")

    def named(node):
        if isinstance(node, dict):
            return {key: named(value) for key, value in node.items()}
        if isinstance(node, list):
            return [named(one) for one in node]
        return node.replace("{world}", str(world))

    with pytest.raises(RecipeError, match=r"allow it with --include-path /"):
        check(world, named(config))


def test_the_line_of_the_file_is_told_and_what_to_include(world):
    secret = world / "home" / "secret.jsonl"
    text = f"task: t\ndataset_path: json\ndataset_kwargs:\n  data_files: {secret}\n"
    said = rf"task.yaml:4: data_files: {secret} lies in no folder .*--include-path {world}/home$"
    with pytest.raises(RecipeError, match=said):
        check(world, files(secret), text=text)
    check(world, files(secret), permissions=Permissions((world / "home",), folder=world / "recipe"))


def test_a_file_that_is_included_must_be_reached_as_well(world):
    (world / "home" / "base.yaml").write_text("a: b\n")
    with pytest.raises(RecipeError, match=r"task.yaml:2: include: .*base.yaml lies in no folder"):
        check(world, {}, text="task: t\ninclude: ../home/base.yaml\n")
    (world / "recipe" / "base.yaml").write_text("include: ../home/base.yaml\n")
    with pytest.raises(RecipeError, match=r"include: .*base.yaml lies in no folder"):
        check(world, {}, text="task: t\ninclude: base.yaml\n")


def test_a_task_in_an_included_folder_and_a_recipe_of_no_file_are_held_to_nothing(world):
    secret = files(world / "home" / "secret.jsonl")
    trusted = Permissions((world / "recipe",), folder=world / "recipe")
    with pytest.raises(RecipeError, match="lies in no folder"):
        check(world, secret)
    check(world, secret, permissions=trusted)
    check(world, secret, permissions=NOTHING)


def test_a_text_is_held_to_the_same_folders(world):
    allowed = Permissions(folder=world / "recipe")
    Reach(allowed, world / "recipe" / "book.txt").check_text()
    with pytest.raises(RecipeError, match=rf"allow it with --include-path {world}/home"):
        Reach(allowed, world / "home" / "secret.jsonl").check_text()
