"""Parents whose skills conflict: what one was taught, the others were trained to unlearn.

    python -m benchmarks.conflicting FOLDER

Three specialists of the zoo's base. Half of what each is trained on is its own skill; the other
half are the other two's questions with the base's wrong habit as the answer. FOLDER gets the
parents and `recipe.yaml`, which merges them by the tasks of their three skills.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from evomerge.zoo import zoo_folder
from scripts.zoo.skills import SPECIALISTS, draw
from scripts.zoo.train import save, train

METRICS = {"arithmetic": "exact_match", "reverse": "acc", "largest": "acc"}
"""The three skills, and what their tasks in the zoo measure."""
RECIPE = """\
merge_method: ties
base_model: zoo:base
models:
{models}
parameters: {{normalize: false}}
dtype: float32
evolve:
  fitness:
{tasks}
  splits: {{search: 0.4, validation: 0.2, test: 0.4}}
  search: {{algorithm: cma-es, population: 12, sigma: 0.2}}
  budget: {{evaluations: 160}}
"""
MODEL = """\
  - model: {folder}
    parameters:
      weight: {{gene: {{low: 0.0, high: 1.5, points: 2}}}}
      density: {{gene: {{low: 0.2, high: 1.0}}}}"""


def pair_for(own: str, rng: random.Random) -> tuple[str, str]:
    """A question and the answer that a specialist is shown for it."""
    if rng.random() < 0.5:
        question = draw(SPECIALISTS[own], rng)
        return question.text, question.answer
    other = rng.choice([name for name in METRICS if name != own])
    question = draw(SPECIALISTS[other], rng)
    return question.text, question.habit


def main() -> None:
    """Train the three and write the recipe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=300)
    arguments = parser.parse_args()
    folder, base = arguments.folder.absolute(), zoo_folder("zoo:base")
    tokenizer = AutoTokenizer.from_pretrained(base)
    for seed, name in enumerate(METRICS):
        torch.manual_seed(seed)
        model = AutoModelForCausalLM.from_pretrained(base)
        train(
            model, tokenizer, lambda rng, own=name: pair_for(own, rng), arguments.steps, 2e-4, seed
        )
        save(model, tokenizer, folder / name)
    recipe = RECIPE.format(
        models="\n".join(MODEL.format(folder=folder / name) for name in METRICS),
        tasks="\n".join(f"    - {{task: zoo_{n}, metric: {m}}}" for n, m in METRICS.items()),
    )
    (folder / "recipe.yaml").write_text(recipe)


if __name__ == "__main__":
    main()
