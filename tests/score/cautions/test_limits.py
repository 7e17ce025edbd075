"""Where answers end is said when the task does not say it."""

import pytest

from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.task import Task
from tests.score.recorder import build, recorder_for
from tests.score.small_tasks import reading

NAMED = 'generation_kwargs: {until: ["\\n", "4"], max_gen_toks: 5}'


@pytest.mark.parametrize(
    "settings, end, limit",
    [
        ('{until: ["\\n"], max_gen_toks: 8}', None, None),
        ('{until: ["\\n"], max_new_tokens: 8}', None, None),
        ("{max_gen_toks: 64, do_sample: false}", "the first blank line", "64 tokens at most;"),
        ("{do_sample: false}", "the first blank line", "256 tokens at most, its default too"),
        (None, "the first blank line", "256 tokens at most, its default too"),
        ('{until: ["\\n"]}', "", "256 tokens at most, lm-eval's default"),
    ],
)
def test_ends_that_the_task_does_not_name_are_told(tmp_path, task_file, settings, end, limit):
    recorder = recorder_for(reading(512, tmp_path / "long"))
    file = task_file("generation")
    line = "" if settings is None else f"generation_kwargs: {settings}"
    file.write_text(file.read_text().replace(NAMED, line))
    task = Task(FitnessTerm(task=str(file), metric="exact_match,raw"))
    items = build(task, recorder, False)
    told = task.setup_cautions(items)
    if end is None:
        assert told == []
        return
    (sentence,) = told
    assert end in sentence
    assert limit in sentence
    request = items[0].requests[0]
    assert f"{request.max_tokens} tokens" in sentence
    assert ("\n\n" in request.stops) == bool(end)


def test_another_delimiter_of_examples_is_another_end(task_file, recorder):
    file = task_file("generation", '\nfewshot_delimiter: "###"\n')
    file.write_text(file.read_text().replace(NAMED, "generation_kwargs: {max_gen_toks: 5}"))
    task = Task(FitnessTerm(task=str(file), metric="exact_match,raw"))
    (sentence,) = task.setup_cautions(build(task, recorder, False))
    assert "end at the first '###'" in sentence


def test_what_is_not_generated_has_no_end(task_file, recorder):
    task = Task(FitnessTerm(task=str(task_file("choice")), metric="acc"))
    assert task.setup_cautions(build(task, recorder, False)) == []


def test_a_task_on_an_include_path_names_its_ends(task_file, recorder):
    file = task_file("generation", "\nprocess_docs: !function code.all\n")
    (file.parent / "code.py").write_text("def all(docs):\n    return docs\n")
    task = Task(
        FitnessTerm(task="generation", metric="exact_match,raw"), Permissions((file.parent,))
    )
    assert task.setup_cautions(build(task, recorder, False)) == []
