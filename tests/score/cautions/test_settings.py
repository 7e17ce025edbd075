"""Settings of a task file that have no effect."""

import json

import pytest

from evomerge.recipe import FitnessTerm
from evomerge.score.cautions.settings import repeated_keys
from evomerge.score.tasks.task import Task
from tests.score.recorder import build
from tests.score.small_tasks import SHOTS


@pytest.mark.parametrize(
    "config, shots, told",
    [
        ("{sampler: first_n, samples: SHOTS}", 2, None),
        ("{sampler: first_n, fewshot_indices: [4, 5]}", 2, "its 2 examples are the first ones"),
        ("{fewshot_indices: [4, 5]}", 2, "its 2 examples are drawn by chance"),
        ("{fewshot_indices: [4, 5]}", 0, "num_fewshot is 0"),
        ("{split: test, samples: SHOTS}", 2, "come from the split 'test'"),
    ],
)
def test_few_shot_settings_that_are_dropped_are_told(task_file, recorder, config, shots, told):
    file = task_file("choice")
    text = file.read_text().splitlines()
    text = [line for line in text if not line.startswith("fewshot_config")]
    config = config.replace("SHOTS", json.dumps(SHOTS))
    file.write_text("\n".join([*text, f"fewshot_config: {config}", f"num_fewshot: {shots}\n"]))
    task = Task(FitnessTerm(task=str(file), metric="acc"))
    items = task.questions()
    found = task.setup_cautions(task.ask(items, recorder, False, items))
    assert [told in sentence for sentence in found] == ([] if told is None else [True])


def test_examples_for_a_text_are_dropped(task_file, recorder):
    file = task_file("rolling", "\nnum_fewshot: 2\n")
    task = Task(FitnessTerm(task=str(file), metric="bits_per_byte"))
    told = task.setup_cautions(build(task, recorder, False))
    assert [s for s in told if s.startswith("rolling: its 2 examples are dropped: the likelihood")]


def test_keys_that_stand_twice_are_found_with_their_lines(tmp_path):
    (tmp_path / "base.yaml").write_text("a: 1\nb: {c: 2, c: 3}\n")
    file = tmp_path / "t.yaml"
    file.write_text(
        "include: base.yaml\na: 1\nf: !function code.f\nl:\n  - {x: 1}\n  - {x: 1}\n"
        "m: {n: 1,\n    o: 2,\n    n: 3}\na: 2\na: 3\n"
    )
    found = sorted(repeated_keys(file))
    assert [sentence.partition(";")[0].removeprefix(f"{tmp_path}/") for sentence in found] == [
        "base.yaml:2: the key 'c' stands twice, in line 2 as well",
        "t.yaml:10: the key 'a' stands twice, in line 2 as well",
        "t.yaml:11: the key 'a' stands twice, in line 10 as well",
        "t.yaml:9: the key 'n' stands twice, in line 7 as well",
    ]


def test_files_that_include_each_other_and_aliases_come_to_an_end(tmp_path):
    (tmp_path / "one.yaml").write_text("include: [two.yaml, gone.yaml]\na: &x [1]\nb: [*x, *x]\n")
    (tmp_path / "two.yaml").write_text("include: one.yaml\n")
    assert list(repeated_keys(tmp_path / "one.yaml")) == []


def test_the_last_one_holds(task_file, recorder):
    file = task_file("choice", '\ndoc_to_text: "Sum: {{question}}"\n')
    task = Task(FitnessTerm(task=str(file), metric="acc"))
    items = build(task, recorder, False)
    assert items[0].text.startswith("Sum: ")
    (sentence,) = task.setup_cautions(items)
    assert "the key 'doc_to_text' stands twice" in sentence
