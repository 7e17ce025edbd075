"""lm-eval's own task files with rows that stand in: the same numbers from lm-eval and from us."""

import lm_eval.tasks
import pytest

from benchmarks.lm_eval_tasks import judged, recorder
from benchmarks.standins.reading import columns_of
from benchmarks.standins.shape import rows_of
from evomerge.score.foreign_code.quiet import quiet
from evomerge.score.library.members import OWN_TASKS
from evomerge.score.library.task_file import read_task_file

NAMES = {
    "arc_easy": ("arc", 2),
    "hellaswag": ("hellaswag", 2),
    "lambada_openai": ("lambada", 2),
    "wikitext": ("wikitext", 3),
    "swde": ("swde", 1),
    "truthfulqa_mc2": ("truthfulqa", 1),
    "bbh_cot_fewshot_web_of_lies": ("bbh/cot_fewshot", 1),
    "mutual": ("mutual", 3),
    "gsm8k": ("gsm8k", 2),
}
"""Of each task its folder, and how many numbers lm-eval gives."""

FOLDERS = [folder for folder, _ in NAMES.values()]


@pytest.fixture(scope="module")
def manager():
    with quiet(silent=True):
        return lm_eval.tasks.TaskManager(
            include_path=[str(OWN_TASKS / home) for home in (*FOLDERS, "glue/cola")],
            include_defaults=False,
        )


@pytest.mark.parametrize("name", NAMES)
def test_every_number_that_is_a_mean_is_lm_evals(manager, name):
    path = manager.task_index[name].yaml_path
    outcome = judged(manager, path, read_task_file(path), recorder())
    assert (outcome.end, outcome.why) == ("equal", "")
    assert dict(outcome.metrics) == {"equal": NAMES[name][1]}


def test_what_is_no_mean_is_refused_with_the_reason(manager):
    path = manager.task_index["cola"].yaml_path
    outcome = judged(manager, path, read_task_file(path), recorder())
    assert outcome.end == "refused"
    assert "task cola: the metric 'mcc' (matthews_corrcoef) is not a mean over items" in outcome.why


def test_rows_have_what_the_templates_read():
    path = OWN_TASKS / "arc" / "arc_easy.yaml"
    columns = columns_of(read_task_file(path), path.parent)
    first, second = rows_of(columns, 2, 0)
    assert set(first) == {"question", "choices", "answerKey"}
    assert first["answerKey"] in first["choices"]["label"]
    assert len(first["choices"]["text"]) == 4
    assert first != second
