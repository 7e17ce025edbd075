"""Layer paths: the live path beside the saved model, and a path's set-up beside copying weights.

    python benchmarks/paths.py
    python benchmarks/paths.py --layers 30 --hidden 576 --runs 21

Logits: random paths through two of the zoo's parents, some of their layers twice and all of them
scaled, on a text; the largest difference as a share of the largest logit. Set-up: two models of
SmolLM2-135M's shape with random weights; each candidate is a random path through the layers of
both. A live path is set up by `Bank.write`, which finds that no weight has changed, and by the
engine's `follow`; without it, the offspring's weights are copied into a model of its depth, whose
memory is there from the candidate before (`Bank.write` with an engine that follows no routes);
"copied bare" is torch copying the same bytes and nothing else. Medians of the processor's time on
one core, since the machine may be busy.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from evomerge.cores import Cores
from evomerge.engine.route import Route
from evomerge.engine.transformers.engine import TransformersEngine
from evomerge.merge.making.bank import Bank
from evomerge.merge.merging import merge
from evomerge.merge.parents import open_parents
from evomerge.merge.plan.plan import Planner
from evomerge.recipe import Genome, Recipe, recipe_from

CPU = torch.device("cpu")
TEXT = range(5, 37)
"""Tokens of the text that logits are compared on."""


class Copying(TransformersEngine):
    """The same engine, but that it follows no routes: each offspring is written whole."""

    def follow(self, route: Route) -> bool:
        """Not at all."""
        return False


def over(parents: list[str], layers: int) -> Recipe:
    """A recipe that searches paths through both parents' layers, twice over."""
    slices = [{"sources": [{"model": name, "layer_range": [0, layers]}]} for name in parents]
    gene = {"repeats": 2, "scale": {"low": 0.5, "high": 1.5}}
    return recipe_from(
        {
            "merge_method": "passthrough",
            "slices": slices,
            "path": {"gene": gene},
            "dtype": "float32",
        }
    )


def drawn(recipe: Recipe, runs: int, depth: int) -> list[Recipe]:
    """Random paths of so many layers, each of them scaled."""
    genome, rng = Genome(recipe), np.random.default_rng(0)
    included = np.array([name.startswith("path.include") for name in genome.names])
    found = []
    for _ in range(runs):
        vector = rng.random(len(genome))
        vector[included] = 0.25
        vector[rng.choice(np.flatnonzero(included), depth, replace=False)] = 0.75
        found.append(genome.decode(vector))
    return found


def agreement(runs: int) -> list[float]:
    """The largest difference of logits of each path, as a share of the largest logit."""
    from transformers import AutoModelForCausalLM

    recipe = over(["zoo:arithmetic", "zoo:french"], 4)
    engine, apart = TransformersEngine(None, Cores(1), CPU), []
    bank = Bank(open_parents(recipe), engine, CPU)
    ids = torch.tensor([[*TEXT]])
    for path in drawn(recipe, runs, 6):
        with Cores(1) as cores, tempfile.TemporaryDirectory() as folder:
            bank.write(path, cores)
            merge(path, Path(folder) / "saved", verify=False)
            saved = AutoModelForCausalLM.from_pretrained(Path(folder) / "saved")
            with torch.inference_mode():
                ours, theirs = engine.live.model(ids).logits, saved(ids).logits
        apart.append(float((ours - theirs).abs().max() / theirs.abs().max()))
    return apart


def random_models(folder: Path, layers: int, hidden: int) -> list[str]:
    """Two models of SmolLM2's shape."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=49152,
        hidden_size=hidden,
        intermediate_size=hidden * 8 // 3,
        num_hidden_layers=layers,
        num_attention_heads=9,
        num_key_value_heads=3,
        tie_word_embeddings=True,
    )
    for name in "ab":
        torch.manual_seed(ord(name))
        LlamaForCausalLM(config).save_pretrained(folder / name)
    return [str(folder / name) for name in "ab"]


def timed(function: Callable[..., Any], *arguments: Any) -> float:
    """Seconds of the processor."""
    began = time.process_time()
    function(*arguments)
    return time.process_time() - began


@torch.inference_mode()
def _copy(sources: list[torch.Tensor], targets: list[torch.Tensor]) -> None:
    for source, target in zip(sources, targets, strict=True):
        target.copy_(source)


def set_up(layers: int, hidden: int, runs: int) -> dict[str, float]:
    """Median milliseconds of each way to set a candidate up."""
    with tempfile.TemporaryDirectory() as folder, Cores(1) as cores:
        recipe = over(random_models(Path(folder), layers, hidden), layers)
        parents, paths = open_parents(recipe), drawn(recipe, runs + 2, layers)
        routes = [Planner(parents).path_layers(path).route(path) for path in paths]
        found: dict[str, list[float]] = {}
        for name, kind in (("live path", TransformersEngine), ("weights copied", Copying)):
            engine = kind(None, Cores(1), CPU)
            bank = Bank(parents, engine, CPU)
            found[name] = [timed(bank.write, path, cores) for path in paths]
            if kind is TransformersEngine:
                found["of it, the engine's part"] = [timed(engine.follow, r) for r in routes]
            elif kind is Copying:
                live = [*engine.live.tensors.values()]
                beside = [torch.empty_like(tensor) for tensor in live]
                found["copied bare"] = [timed(_copy, live, beside) for _ in paths]
            engine.close()
    return {name: 1000 * statistics.median(each[2:]) for name, each in found.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=int, default=30)
    parser.add_argument("--hidden", type=int, default=576)
    parser.add_argument("--runs", type=int, default=11)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    apart = agreement(arguments.runs)
    print(f"logits of {len(apart)} paths: at most {max(apart):.1e} apart, relative, float32\n")
    found = set_up(arguments.layers, arguments.hidden, arguments.runs)
    print("| milliseconds | a candidate's set-up |\n| --- | --- |")
    for name, value in found.items():
        print(f"| {value:.3g} | {name} |")
    for name in ("weights copied", "copied bare"):
        print(f"\n{name} / live path: {found[name] / found['live path']:.0f}")


if __name__ == "__main__":
    main()
