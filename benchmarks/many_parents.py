"""Memory and time of many parents: all kept that they come to, or what there is room for.

    python benchmarks/many_parents.py --parents 4 16 64 --room-mb 10000 100
    python benchmarks/many_parents.py --parents 64 --room-mb 10000 --whole

The base is a random Llama of 5 million parameters in float32; each parent is an adapter of rank 8
that changes every linear layer, or a whole model. Each setting is a process of its own, which opens
the parents, writes offspring of task arithmetic into a live model, each with other weights, and
tells the most memory that was its own (not mapped from files), above that of the same with the base
alone. Told is also what the driver takes for a candidate: its recipe, its digest and what it is
made of. Times are the process's own (CPU).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from evomerge.cores import Cores
from evomerge.engine.transformers.engine import TransformersEngine
from evomerge.merge.composition.composition import composition_name
from evomerge.merge.making.bank import Bank
from evomerge.merge.plan.plan import Planner
from evomerge.recipe import Genome, digest, recipe_from
from evomerge.weights import Parent, open_parent

HIDDEN, INNER, LAYERS, VOCABULARY, RANK = 256, 704, 6, 1024, 8
CANDIDATES = 5
SEEN = re.compile(r"^RssAnon:\s+(\d+) kB", re.MULTILINE)
LINEAR = {
    "self_attn.q_proj": (HIDDEN, HIDDEN),
    "self_attn.k_proj": (HIDDEN, HIDDEN),
    "self_attn.v_proj": (HIDDEN, HIDDEN),
    "self_attn.o_proj": (HIDDEN, HIDDEN),
    "mlp.gate_proj": (INNER, HIDDEN),
    "mlp.up_proj": (INNER, HIDDEN),
    "mlp.down_proj": (HIDDEN, INNER),
}
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": HIDDEN,
    "intermediate_size": INNER,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": 8,
    "num_key_value_heads": 8,
    "vocab_size": VOCABULARY,
    "tie_word_embeddings": True,
}


def modules() -> Iterator[tuple[str, tuple[int, int]]]:
    """Every linear layer and its shape."""
    for layer in range(LAYERS):
        for name, shape in LINEAR.items():
            yield f"model.layers.{layer}.{name}", shape


def write_base(folder: Path) -> None:
    """A random model."""
    generator = torch.Generator().manual_seed(0)
    tensors = {
        f"{name}.weight": 0.02 * torch.randn(shape, generator=generator)
        for name, shape in modules()
    }
    norms = [f"{n}_layernorm" for n in ("input", "post_attention")]
    tensors |= {
        f"model.layers.{k}.{n}.weight": torch.ones(HIDDEN) for k in range(LAYERS) for n in norms
    }
    tensors["model.norm.weight"] = torch.ones(HIDDEN)
    tensors["model.embed_tokens.weight"] = torch.randn(VOCABULARY, HIDDEN, generator=generator)
    folder.mkdir()
    save_file(tensors, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(CONFIG))


def write_adapter(folder: Path, seed: int) -> None:
    """A random adapter of every linear layer."""
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for name, (rows, columns) in modules():
        tensors[f"base_model.model.{name}.lora_A.weight"] = torch.randn(
            RANK, columns, generator=generator
        )
        tensors[f"base_model.model.{name}.lora_B.weight"] = 0.01 * torch.randn(
            rows, RANK, generator=generator
        )
    folder.mkdir()
    save_file(tensors, folder / "adapter_model.safetensors")
    config = {"peft_type": "LORA", "r": RANK, "lora_alpha": RANK}
    (folder / "adapter_config.json").write_text(json.dumps(config))


def write_model(folder: Path, base: Path, seed: int) -> None:
    """A whole model, at random about the base."""
    generator = torch.Generator().manual_seed(seed)
    tensors = {
        name: tensor + 0.01 * torch.randn(tensor.shape, generator=generator)
        for name, tensor in load_file(base / "model.safetensors").items()
    }
    folder.mkdir()
    save_file(tensors, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(CONFIG))


def own_mb() -> float:
    """Memory of this process that is mapped from no file, now."""
    found = SEEN.search(Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def genome_of(base: str, names: list[str], method: str) -> Genome:
    """A weight for each parent, and whether it is used."""
    gene = {"gene": {"low": 0, "high": 1}}
    use = {"gene": {"choice": [True, False]}}
    models = [{"model": n, "use": use, "parameters": {"weight": gene}} for n in names]
    return Genome(recipe_from({"merge_method": method, "base_model": base, "models": models}))


def vectors(genome: Genome) -> list[list[float]]:
    """Different candidates."""
    generator = torch.Generator().manual_seed(1)
    return [torch.rand(len(genome), generator=generator).tolist() for _ in range(CANDIDATES)]


def measured(folder: Path, count: int, room_mb: int, method: str) -> dict[str, float]:
    """One setting, in this process."""
    base = str(folder / "base")
    names = [
        str(one) if (one / "config.json").exists() else f"{base}+{one}"
        for one in (folder / str(number) for number in range(count))
    ]
    parents = {name: open_parent(name) for name in (base, *names)}
    figures = driver_ms(parents, genome_of(base, names, method))
    engine = TransformersEngine(None, Cores(1), torch.device("cpu"))
    began, most = time.process_time(), 0.0
    bank = Bank(parents, engine, torch.device("cpu"), room_mb << 20)
    figures["open_s"] = time.process_time() - began
    genome = genome_of(base, names, method)
    began = time.process_time()
    with Cores(1) as cores:
        for vector in vectors(genome):
            bank.write(genome.decode(vector), cores)
            most = max(most, own_mb())
    return {**figures, "candidate_s": (time.process_time() - began) / CANDIDATES, "own_mb": most}


def driver_ms(parents: Mapping[str, Parent], genome: Genome) -> dict[str, float]:
    """What a candidate takes before it is handed to a worker."""
    content = {name: parent.content_hash for name, parent in parents.items()}
    planner, took = Planner(parents), dict[str, float]()
    composition_name(genome.decode(genome.start), planner)
    for vector in vectors(genome):
        marks = [time.process_time()]
        recipe = genome.decode(vector)
        marks.append(time.process_time())
        digest(recipe, content)
        marks.append(time.process_time())
        composition_name(recipe, planner)
        marks.append(time.process_time())
        for what, first, last in zip(
            ("decode", "digest", "made_of"), marks, marks[1:], strict=False
        ):
            took[f"{what}_ms"] = took.get(f"{what}_ms", 0.0) + (last - first) * 1000 / CANDIDATES
    return took


def main() -> None:
    """Run all settings, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parents", type=int, nargs="+", default=[4, 16, 64])
    parser.add_argument("--room-mb", type=int, nargs="+", default=[10_000, 100])
    parser.add_argument("--method", default="task_arithmetic")
    parser.add_argument("--whole", action="store_true", help="Whole models, not adapters.")
    parser.add_argument("--one", type=Path, help="Measure here: the folder of the models.")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(given.one, given.parents[0], given.room_mb[0], given.method)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_base(folder / "base")
        for number in range(max(given.parents)):
            if given.whole:
                write_model(folder / str(number), folder / "base", number + 1)
            else:
                write_adapter(folder / str(number), number + 1)
        alone = run(folder, 1, 0, given.method)["own_mb"]
        for count in given.parents:
            for room in given.room_mb:
                print_row(count, room, run(folder, count, room, given.method), alone)


def run(folder: Path, count: int, room_mb: int, method: str) -> dict[str, float]:
    """One setting in a process of its own."""
    words = ["--one", str(folder), "--parents", str(count), "--room-mb", str(room_mb)]
    command = [sys.executable, __file__, *words, "--method", method]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def print_row(count: int, room: int, found: Mapping[str, float], alone: float) -> None:
    """A row of the table."""
    driver = ", ".join(
        f"{n.removesuffix('_ms')} {found[n]:.1f}" for n in found if n.endswith("_ms")
    )
    print(
        f"{count} parents, room for {room:,} MB: {found['own_mb'] - alone:,.0f} MB more than one; "
        f"opened in {found['open_s']:.1f} s; {found['candidate_s']:.2f} s a candidate; "
        f"driver (ms): {driver}",
        flush=True,
    )


if __name__ == "__main__":
    main()
