"""Task files, read as data."""

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import FitnessTerm
from evomerge.score.library.task_file import judging_hash, read_task_file, references, refuse_code
from evomerge.score.tasks.task import Task


def test_damaged_task_files_are_told(tmp_path):
    for name, text, problem in [
        ("a", "task: [", "not a readable task file"),
        ("b", "- x", "a task file is a mapping"),
        ("c", "task: c\ninclude: c.yaml", "includes itself"),
        ("d", "task: d\ndataset_path: json\noutput_type: magic", "cannot be loaded"),
        ("g", "group: g\ntask: []", "the group g has no tasks"),
        ("h", "group: h\ntask: [h]", "the group h is in itself"),
        ("i", "metric_list: []", "names no task"),
        ("e", "group: e\ntask: [x, y]", "the group e has x, and lm-eval has no task of"),
    ]:
        (tmp_path / f"{name}.yaml").write_text(text)
        with pytest.raises(RecipeError, match=problem):
            Task(FitnessTerm(task=str(tmp_path / f"{name}.yaml"), metric="acc"))


def test_what_is_included_is_overruled_by_what_includes_it(tmp_path):
    (tmp_path / "base.yaml").write_text("task: base\noutput_type: generate_until\n")
    (tmp_path / "task.yaml").write_text("include: base.yaml\ntask: own\n")
    read = read_task_file(tmp_path / "task.yaml")
    assert read == {"task": "own", "output_type": "generate_until"}


def test_code_is_found_and_trusted_by_its_folder_alone(tmp_path):
    (tmp_path / "t.yaml").write_text("a: [{b: !function code.f}]\nc: !function code.g\n")
    config = read_task_file(tmp_path / "t.yaml")
    assert sorted(references(config)) == ["code.f", "code.g"]
    assert refuse_code(tmp_path / "t.yaml", config, [tmp_path])
    assert not refuse_code(tmp_path / "t.yaml", {"a": 1}, [])
    with pytest.raises(RecipeError, match=f"--include-path {tmp_path}"):
        refuse_code(tmp_path / "t.yaml", config, [tmp_path / "other"])


def test_what_judges_is_hashed_with_the_code_beside_it_and_nothing_else(tmp_path):
    (tmp_path / "t.yaml").write_text("process_results: !function code.f\ndescription: one\n")
    (tmp_path / "code.py").write_text("def f(doc, results): ...\n")

    def hashed():
        return judging_hash(tmp_path / "t.yaml", read_task_file(tmp_path / "t.yaml"))

    before = hashed()
    (tmp_path / "t.yaml").write_text("process_results: !function code.f\ndescription: two\n")
    assert hashed() == before
    (tmp_path / "code.py").write_text("def f(doc, results): return {}\n")
    assert hashed() != before


def test_what_is_included_from_elsewhere_is_not_opened(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "secret").write_text("{")
    (tmp_path / "a" / "t.yaml").write_text("task: t\ninclude: ../secret\n")
    with pytest.raises(RecipeError, match="secret lies in no folder that you named"):
        read_task_file(tmp_path / "a" / "t.yaml", [tmp_path / "a"])
    (tmp_path / "a" / "t.yaml").write_text("task: t\ninclude: inner\n")
    (tmp_path / "a" / "inner").symlink_to("../secret")
    with pytest.raises(RecipeError, match="secret lies in no folder that you named"):
        read_task_file(tmp_path / "a" / "t.yaml", [tmp_path / "a"])
    with pytest.raises(RecipeError, match="not a readable task file"):
        read_task_file(tmp_path / "a" / "t.yaml", [tmp_path])


def test_a_circle_of_links_is_told(tmp_path):
    (tmp_path / "t.yaml").symlink_to("t.yaml")
    with pytest.raises(RecipeError, match="leads nowhere"):
        read_task_file(tmp_path / "t.yaml")
