"""What names stand for, by the text of the files alone: nothing is loaded, nothing fetched."""

from pathlib import Path

import lm_eval.tasks
import pytest

from evomerge.errors import RecipeError
from evomerge.score.library import members
from evomerge.score.library.catalogue import Catalogue
from evomerge.score.library.members import OWN_TASKS, Library, folders_for

FILES = {
    "a.yaml": "task: a\ntag: letters\nnum_fewshot: 1\n",
    "b.yaml": '"task": "b"\ninclude: base\n',
    "c.yaml": "{task: c, tag: [letters, consonants]}\n",
    "deep/d.yaml": "# task: x\ntask: d  # the fourth\ninclude: ../deeper\ntag:\n  - letters\n",
    "base": "tag:\n- consonants\n- 'letters'\ndataset_path: nowhere\n",
    "deeper": "include: base\nnum_fewshot: 4\n",
    "z/a.yaml": "task: a\nnum_fewshot: 9\n",
    "g.yaml": """
group: g
task:
  - a
  - task: b
    num_fewshot: 5
  - group: inner
    task: [c]
  - group: more
    num_fewshot: 7
  - task: own
    dataset_path: json
description: Say it.
aggregate_metric_list:
  - {metric: acc, weight_by_size: false}
  - {metric: f1}
""",
    "more.yaml": "group: more\ntask: [consonants_too]\nnum_fewshot: 6\ndescription: Think.\n",
    "e.yaml": "task: e\ntag: consonants_too\n",
    "coded.yaml": "group: coded\ntask: [{task: a, process_docs: !function code.process}]\n",
    "loop.yaml": "group: loop\ntask: [loop2]\n",
    "loop2.yaml": "group: loop2\ntask: [loop]\n",
    "twice.yaml": "group: twice\ntask: [a, letters]\n",
    "broken.yaml": "task: [\n# letters broken\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return tmp_path


def test_a_task_is_itself_and_of_two_the_first_by_path(folder):
    found = Library([folder]).members("a")
    assert found.alone
    (only,) = found.tasks
    assert (found.name, only.name, only.path, only.changes) == ("a", "a", folder / "a.yaml", {})


@pytest.mark.parametrize(
    "tag, names", [("letters", "abcd"), ("consonants", "bc"), ("consonants_too", "e")]
)
def test_a_tag_is_the_tasks_that_have_it_however_it_is_written(folder, tag, names):
    found = Library([folder]).members(tag)
    assert (found.kind, found.alone) == ("tag", False)
    assert "".join(task.name for task in found.tasks) == names
    assert found.by_size == {}


def test_a_group_is_expanded_as_lm_eval_expands_it(folder):
    found = Library([folder]).members("g")
    said = {"description": "Say it."}
    assert [(task.name, task.path.name, task.changes) for task in found.tasks] == [
        ("a", "a.yaml", said),
        ("b", "b.yaml", {**said, "num_fewshot": 5}),
        ("c", "c.yaml", said),
        ("e", "e.yaml", {**said, "num_fewshot": 7}),
        ("g::own", "g.yaml", {**said, "dataset_path": "json"}),
    ]
    assert [task.inline for task in found.tasks] == [False] * 4 + [True]
    assert found.by_size == {"acc": False, "f1": True}


def test_a_task_that_a_group_names_twice_is_what_it_was_named_last(folder):
    assert [task.name for task in Library([folder]).members("twice").tasks] == ["a", "b", "c", "d"]


def test_a_group_given_as_a_file_has_the_tasks_beside_it(folder):
    assert Library([]).members(str(folder / "g.yaml")) == Library([folder]).members("g")


@pytest.mark.parametrize(
    "name, problem",
    [
        ("lettres", "no task of that name; did you mean letters"),
        ("gsm8kk", r"no task of that name; did you mean gsm8k, gsm8k_cot\?"),
        ("coded", r"coded.yaml: the group coded gives a code \(code.process\)"),
        ("loop", "loop.yaml: the group loop is in itself"),
        ("broken", "lm-eval has no task of that name"),
        ("nowhere.yaml", "no such file"),
    ],
)
def test_what_cannot_be_is_told(folder, name, problem):
    with pytest.raises(RecipeError, match=problem):
        Library([folder]).members(name)


@pytest.mark.parametrize("inner", ["[next, next]", "[{group: x, task: [next, next]}]"])
def test_groups_of_groups_come_to_an_end(tmp_path, inner):
    for level in range(14):
        tasks = inner.replace("next", f"g{level + 1}") if level < 13 else "[]"
        (tmp_path / f"{level}.yaml").write_text(f"group: g{level}\ntask: {tasks}\n")
    with pytest.raises(RecipeError, match=r"10,000 tasks of a group|16 groups deep"):
        Library([tmp_path]).members("g0")


def test_groups_in_each_other_have_a_depth(tmp_path):
    for level in range(40):
        (tmp_path / f"{level}.yaml").write_text(f"group: g{level}\ntask: [g{level + 1}]\n")
    with pytest.raises(RecipeError, match="the group g16 is 16 groups deep"):
        Library([tmp_path]).members("g0")


def test_a_tag_may_be_named_again_and_again_and_comes_to_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(members, "MOST_TASKS", 99)
    for n in range(20):
        (tmp_path / f"{n}.yaml").write_text(f"task: t{n}\ntag: all_of_them\n")
    (tmp_path / "g.yaml").write_text(f"group: g\ntask: [{', '.join(['all_of_them'] * 5)}]\n")
    with pytest.raises(RecipeError, match="more than 99 tasks of a group"):
        Library([tmp_path]).members("g")


def test_a_recipe_s_tasks_read_its_folder_and_those_that_the_user_named(tmp_path):
    mine = tmp_path / "recipe"
    assert folders_for(mine / "t.yaml", [tmp_path / "b"], mine)[:2] == (mine, tmp_path / "b")
    assert folders_for(tmp_path / "b" / "t.yaml", [tmp_path / "b"], mine) is None
    assert folders_for(OWN_TASKS / "x" / "t.yaml", [], mine) is None
    assert folders_for(mine / "t.yaml", [], None) is None
    mine.mkdir()
    (tmp_path / "secret.yaml").write_text("task: t\n")
    (mine / "g.yaml").write_text("group: g\ninclude: ../secret.yaml\n")
    with pytest.raises(RecipeError, match="lies in no folder that you named"):
        Library([], mine).members(str(mine / "g.yaml"))
    assert Library([], None).members(str(mine / "g.yaml")).name == "t"


def test_lm_evals_own_names_are_all_found_where_lm_eval_finds_them():
    index = lm_eval.tasks.TaskManager().task_index
    catalogue = Catalogue(OWN_TASKS)
    named = {name: entry for name, entry in index.items() if entry.yaml_path is not None}
    assert len(named) > 10_000
    some = list(named.items())[::50]
    wrong = [name for name, entry in some if catalogue.find(name) != entry.yaml_path]
    assert wrong == []
    tags = {name: entry.tags for name, entry in index.items() if entry.yaml_path is None}
    for tag in sorted(tags)[::50]:
        assert catalogue.tagged(tag) == [index[task].yaml_path for task in sorted(tags[tag])]


def test_where_lm_eval_is_is_known_without_importing_it():
    assert Path(lm_eval.tasks.__file__).parent == OWN_TASKS
