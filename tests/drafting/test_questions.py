"""Files of questions as tasks, each with a name of its own."""

import pytest

from evomerge.drafting.chats import Chats
from evomerge.drafting.models import FoundModels
from evomerge.drafting.questions import read_documents, tasks_of
from evomerge.errors import UserError
from tests.drafting.written import sums, write_jsonl


@pytest.fixture
def models(tokenizer):
    chats = Chats(False, "", "none has a template")
    return FoundModels("zoo:base", "", ("zoo:french",), chats, tokenizer, 256)


def test_each_file_is_a_task_that_is_called_like_it(tmp_path, models):
    (tmp_path / "other").mkdir()
    names = ("my sums.jsonl", "other/my-sums.jsonl", "日本.jsonl")
    files = [write_jsonl(tmp_path / name, sums(30)) for name in names]
    tasks = tasks_of(read_documents(files, None, None), models)
    assert [task.name for task in tasks] == ["my_sums", "my_sums_2", "items"]
    assert {task.count for task in tasks} == {30}
    longest = max(len(models.tokenizer(str(2 * n))["input_ids"]) for n in range(30))
    assert f"max_gen_toks: {2 * longest + 8}" in tasks[0].yaml


def test_columns_that_the_user_names_hold_for_all(tmp_path):
    rows = [{"text": row["question"], "label": row["answer"]} for row in sums(30)]
    file = write_jsonl(tmp_path / "f.jsonl", rows)
    (documents,) = read_documents([file], "text", "label")
    assert documents.rows[3].answer == "6"
    with pytest.raises(UserError, match="say --question"):
        read_documents([file], None, None)
