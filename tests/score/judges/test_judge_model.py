"""A judge on this machine, against transformers' own forward pass."""

import json
import random
from pathlib import Path

import pytest
import time_machine
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from evomerge.errors import ParentError, RecipeError
from evomerge.recipe import FitnessTerm, JudgeSettings
from evomerge.score.judges.judge import LABELS
from evomerge.score.judges.judge_model import JudgeModel
from evomerge.score.tasks.task import Task
from evomerge.zoo import zoo_folder
from tests.score.agreement import answers_of
from tests.score.recorder import build
from tests.score.small_tasks import chat_model

CPU = torch.device("cpu")


def far_sighted(folder):
    """A zoo model that reads prompts as long as a judge's."""
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 8192}))
    return str(folder)


@pytest.fixture
def plain(tmp_path):
    """A zoo model to which all three labels mean something."""
    folder = tmp_path / "plain"
    folder.mkdir()
    for path in zoo_folder("zoo:largest").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    tensors = load_file(folder / "model.safetensors")
    labels = AutoTokenizer.from_pretrained(folder).convert_tokens_to_ids(list(LABELS))
    rows = torch.randn(len(labels), 96, generator=torch.Generator().manual_seed(0))
    tensors["model.embed_tokens.weight"][labels] = rows.to(torch.float32)
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    return far_sighted(folder)


@pytest.fixture
def chatty(tmp_path):
    chat_model(tmp_path / "chatty")
    return far_sighted(tmp_path / "chatty")


def prompts(count):
    generator = random.Random(5)
    words = [generator.choices("abc 12 + = une deux".split(), k=1 + n % 17) for n in range(count)]
    return [" ".join(chosen) for chosen in words]


def by_transformers(folder, prompt, chat):
    model = AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    text, before = (f"user: {prompt}\nassistant:", "") if chat else (f"{prompt}\n\nVerdict:", " ")
    ids = tokenizer(text, return_tensors="pt").input_ids
    with torch.no_grad():
        logprobs = model(ids).logits[0, -1].log_softmax(-1)
    total = {}
    for label in LABELS:
        rest = tokenizer.encode(text + before + label)[ids.shape[1] :]
        whole = torch.tensor([[*ids[0].tolist(), *rest]])
        with torch.no_grad():
            steps = model(whole).logits[0, ids.shape[1] - 1 : -1].log_softmax(-1)
        total[label] = sum(float(step[token]) for step, token in zip(steps, rest, strict=True))
        assert len(rest) > 1 or total[label] == pytest.approx(float(logprobs[rest[0]]), abs=1e-4)
    return max(total, key=total.get)


@pytest.mark.parametrize("chat", [False, True])
def test_its_verdict_is_the_label_that_the_model_finds_most_probable(plain, chatty, chat):
    folder = chatty if chat else plain
    asked = prompts(24)
    verdicts = [verdict.label for verdict in JudgeModel(folder, CPU).ask(asked)]
    assert verdicts == [by_transformers(folder, prompt, chat) for prompt in asked]
    assert len(set(verdicts)) > 1


def test_no_verdict_depends_on_what_else_is_asked(plain):
    asked = prompts(12)
    together = JudgeModel(plain, CPU).ask(asked)
    alone = JudgeModel(plain, CPU)
    assert [alone.ask([prompt])[0] for prompt in reversed(asked)][::-1] == together


def test_a_prompt_that_it_cannot_read_has_no_verdict():
    judge = JudgeModel("zoo:base", CPU)
    short, long = judge.ask(["which?", "1 2 3 " * 300])
    assert short.label in LABELS
    assert long.label is None
    assert long.said.endswith("tokens, of which the judge reads 256")


def test_a_task_is_judged_by_it(task_file, recorder, plain):
    settings = JudgeSettings(model=plain, rubric="The right sum is better.")
    term = FitnessTerm(task=str(task_file("generation")), judge=settings, filter="raw")
    task = Task(term, device=CPU)
    items = build(task, recorder, False)[:6]
    answers = answers_of("zoo:base", items)
    scores = task.grading.grade(items, answers)
    assert {score.value for score in scores} <= {0.0, 0.5, 1.0}
    again = Task(term, device=CPU)
    build(again, recorder, False)
    assert [again.grading.grade([i], [a])[0] for i, a in zip(items, answers, strict=True)] == scores


def test_the_calendar_says_nothing_to_it(chatty):
    """A chat template that tells the model the date, as Llama 3's does."""
    file = Path(chatty) / "tokenizer_config.json"
    template = "{{ strftime_now('%d %m %Y') }} {{ messages[0].content }} = "
    file.write_text(json.dumps({**json.loads(file.read_text()), "chat_template": template}))
    asked = []
    for day in ("2027-02-03", "2028-11-12"):
        with time_machine.travel(day):
            asked.append(JudgeModel(chatty, CPU)._requests("7 + 5"))
    assert asked[0] == asked[1]
    plain = AutoTokenizer.from_pretrained(chatty).encode("01 01 2026 7 + 5 = A")
    assert list(asked[0][0].tokens) == plain


def test_its_weights_and_settings_name_it(plain):
    before = JudgeModel(plain, CPU).sha256
    assert JudgeModel(plain, CPU).sha256 == before
    assert JudgeModel("zoo:largest", CPU).sha256 != before  # another config.json
    assert JudgeModel("zoo:base", CPU).sha256 != before


def test_a_judge_that_is_no_model_is_told(task_file):
    settings = JudgeSettings(model="/nowhere", rubric="r")
    term = FitnessTerm(task=str(task_file("generation")), judge=settings, filter="raw")
    with pytest.raises(RecipeError, match=r"/nowhere: no such folder"):
        Task(term, device=CPU)


def test_labels_that_its_tokenizer_cannot_tell_apart_are_told(tmp_path):
    folder = tmp_path / "deaf"
    chat_model(folder)
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokenizer["normalizer"] = {"type": "Replace", "pattern": {"Regex": "[ABC]"}, "content": "A"}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(ParentError, match="cannot tell A, B, C apart"):
        JudgeModel(str(folder), CPU)


@pytest.mark.gpu
def test_it_runs_on_a_gpu(plain):
    verdicts = JudgeModel(plain).ask(prompts(6))
    assert all(verdict.label in LABELS for verdict in verdicts)
