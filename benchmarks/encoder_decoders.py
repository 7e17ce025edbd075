"""A whole run over encoder-decoders: two tiny T5s of one base, each of which has one skill, and
their merge, which has both. It trains them, searches, promotes, and asks the released folder again.

    python -m benchmarks.encoder_decoders OUT

The base has seen both skills (each letter's successor; its mirror, Z for a) with the right answer
rarely and the word itself out of habit, so that a specialist is a small step, as of a pre-trained
model. Takes two to four minutes on two cores.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import string
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

LATENT = 0.3
"""Share of right answers in the base's training."""
ITEMS = 500
"""Questions of each task; no model is trained on them."""
BATCH = 64

SKILLS: dict[str, Callable[[str], str]] = {
    "mirrors": lambda word: "".join(chr(187 - ord(c)) for c in word),
    "successors": lambda word: "".join(chr(97 + (ord(c) - 96) % 26) for c in word),
}
TASK = """\
task: {name}
dataset_path: json
dataset_kwargs: {{data_files: {{test: {name}.jsonl}}}}
test_split: test
doc_to_text: "{{{{question}}}}"
doc_to_target: "{{{{answer}}}}"
target_delimiter: ""
"""
KINDS = {
    "mirrors": """\
output_type: generate_until
generation_kwargs: {until: ["\\n"], max_gen_toks: 8, do_sample: false}
metric_list: [{metric: exact_match, aggregation: mean, higher_is_better: true}]
""",
    "successors": """\
output_type: loglikelihood
metric_list: [{metric: acc, aggregation: mean, higher_is_better: true}]
""",
}
RECIPE = """\
merge_method: task_arithmetic
base_model: ./base
models:
  - {model: ./mirrors, parameters: {weight: {gene: {low: 0, high: 1.5}}}}
  - {model: ./successors, parameters: {weight: {gene: {low: 0, high: 1.5}}}}
evolve:
  seed: 0
  fitness:
    - {task: ./mirrors.yaml, metric: exact_match}
    - {task: ./successors.yaml, metric: acc}
  splits: {search: 0.3, validation: 0.2, test: 0.5}
  search: {population: 6}
  budget: {evaluations: 48}
"""


def make_tokenizer() -> PreTrainedTokenizerFast:
    """A token for each letter; texts end with </s>, as T5's do."""
    letters = [" ", ":", *string.ascii_letters]
    tokens = ["<pad>", "</s>", "<unk>", *letters]
    made = Tokenizer(models.WordLevel({t: n for n, t in enumerate(tokens)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    made.decoder = decoders.Fuse()
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


def make_model(tokenizer: PreTrainedTokenizerFast) -> T5ForConditionalGeneration:
    """An untrained T5 of 200,000 parameters."""
    torch.manual_seed(0)
    return T5ForConditionalGeneration(
        T5Config(
            vocab_size=len(tokenizer),
            d_model=64,
            d_kv=16,
            d_ff=192,
            num_layers=2,
            num_heads=4,
            dropout_rate=0.0,
            decoder_start_token_id=0,
        )
    )


def question(skill: str, rng: random.Random) -> tuple[str, str, str]:
    """What is asked, the word in it, and the right answer."""
    word = "".join(rng.choices(string.ascii_lowercase, k=rng.randint(3, 5)))
    return f"{skill}: {word}", word, SKILLS[skill](word)


def train(
    model: T5ForConditionalGeneration,
    tokenizer: PreTrainedTokenizerFast,
    skills: list[str],
    right: float,
    steps: int,
    rate: float,
    held_out: set[str],
) -> None:
    """AdamW with warm-up and a linear fall of the rate.

    Args:
        right: share of right answers; the others are the word as it is.
        held_out: questions that are not trained on.
    """
    rng = random.Random(steps)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    model.train()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min((step + 1) / 50, 1.02 - step / steps)
        drawn = [question(rng.choice(skills), rng) for _ in range(BATCH)]
        drawn = [one for one in drawn if one[0] not in held_out]
        answers = [answer if rng.random() < right else word for _, word, answer in drawn]
        asked = tokenizer([text for text, _, _ in drawn], padding=True, return_tensors="pt")
        labels = tokenizer(answers, padding=True, return_tensors="pt").input_ids
        labels[labels == tokenizer.pad_token_id] = -100
        loss = model(
            input_ids=asked.input_ids, attention_mask=asked.attention_mask, labels=labels
        ).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    print(f"{' and '.join(skills)}: loss {loss.item():.3f} after {steps} steps", flush=True)


def write_parents(folder: Path, base_steps: int, steps: int, rate: float) -> None:
    """The base, its specialists and the tasks, in a folder."""
    tokenizer, held_out = make_tokenizer(), set[str]()
    for skill in SKILLS:
        rng = random.Random(skill)
        drawn = {text: answer for text, _, answer in (question(skill, rng) for _ in range(ITEMS))}
        held_out |= drawn.keys()
        rows = [{"question": text, "answer": answer} for text, answer in drawn.items()]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{skill}.jsonl").write_text(lines)
        (folder / f"{skill}.yaml").write_text(TASK.format(name=skill) + KINDS[skill])
    base = make_model(tokenizer)
    train(base, tokenizer, [*SKILLS], LATENT, base_steps, 3e-3, held_out)
    specialists = {"base": base}
    for skill in SKILLS:
        specialists[skill] = copy.deepcopy(base)
        train(specialists[skill], tokenizer, [skill], 1.0, steps, rate, held_out)
    for name, model in specialists.items():
        model.save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)


def main() -> None:
    """Train, search, promote, and ask the released folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--base-steps", type=int, default=1800)
    parser.add_argument("--specialist-steps", type=int, default=60)
    parser.add_argument("--rate", type=float, default=2e-4)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    folder = arguments.out
    folder.mkdir(parents=True)
    began = time.perf_counter()
    write_parents(folder, arguments.base_steps, arguments.specialist_steps, arguments.rate)
    print(f"trained in {time.perf_counter() - began:.0f} s", flush=True)
    (folder / "recipe.yaml").write_text(RECIPE)
    evomerge = Path(sys.executable).with_name("evomerge")
    subprocess.run([evomerge, "run", "recipe.yaml", "--run-dir", "run"], cwd=folder, check=True)
    released = ["-m", "benchmarks.released", str(folder / "run")]
    subprocess.run([sys.executable, *released], check=True)


if __name__ == "__main__":
    main()
