"""One hostile file of each kind, made by chance, and what is then done with it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.ipc
import pyarrow.parquet
import torch
from safetensors.torch import save_file

from benchmarks.hostile.commanded import commanded
from benchmarks.hostile.mutation import (
    TEXTS,
    mutated_bytes,
    mutated_text,
    mutated_value,
    template,
)
from evomerge import merge
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm, Genome, load_recipe, parse_recipe
from evomerge.score.library.templates import render, value_of
from evomerge.score.prompts.tokenizing import LimitedTokenizing
from evomerge.score.tasks.task import Task
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.zoo import TASKS, zoo_folder

Deed = Callable[[], str | None]
"""What is done with a file. A text must be the one expected; None says that nothing is."""
RECIPES = Path(__file__).parents[2] / "recipes"
WORDS = (*TEXTS, "1e9", "-1", ".nan", "[]", "{}", "null", "true", "*x", "&x", "!!int", "- - -")
RECIPE = """
merge_method: linear
models:
  - {{model: "{0}", parameters: {{weight: 0.5}}}}
  - {{model: "zoo:largest", parameters: {{weight: 0.5}}}}
"""
PATTERNS = (
    *("(a|aa)+$", "(a+)+!?$", r"\s+x", r"\s+\s+\s+x", "(", "[", "a{1,99999}", "", "(.|a)*b"),
    *(r" ?\p{L}+|\s+(?!\S)|\s+", "(?<=a)b", "(?i)x", "\\", "a" * 20_000, "(a*)*" * 9, "[a-z]+"),
)
DOC = {"q": "two", "choices": ["a", "b"], "n": 3}


def checkpoint(chance: random.Random, folder: Path) -> Deed:
    """A damaged file of a model that evomerge wrote, or weights that nobody vouches for."""
    vouched = chance.random() < 0.5
    shutil.copytree(_released(folder.parent / "released"), folder / "m")
    file = folder / "m" / "model.safetensors"
    if vouched:
        file = chance.choice(sorted(path for path in (folder / "m").iterdir() if path.is_file()))
        expected = _merged(str(folder.parent / "released"), folder / "expected")
    else:
        (folder / "m" / "manifest.json").unlink()
    data = file.read_bytes()
    if file.suffix == ".safetensors" and chance.random() < 0.4:
        size = int.from_bytes(data[:8], "little")
        header = json.dumps(mutated_value(json.loads(data[8 : 8 + size]), chance)).encode()
        file.write_bytes(len(header).to_bytes(8, "little") + header + data[8 + size :])
    else:
        file.write_bytes(mutated_bytes(data, chance))

    def deed() -> str | None:
        made = _merged(str(folder / "m"), folder / "out")
        return None if not vouched or made == expected else f"{file.name}: merged to something else"

    return deed


def config(chance: random.Random, folder: Path) -> Deed:
    """A config.json, a generation config or a tokenizer's settings with odd values."""
    shutil.copytree(zoo_folder("zoo:base"), folder / "m")
    names = ("config.json", "config.json", "generation_config.json", "tokenizer_config.json")
    file = folder / "m" / chance.choice(names)
    value = json.loads(file.read_text()) if file.is_file() else {"eos_token_id": 1, "max_length": 5}
    _write(file, value, chance)
    return lambda: _ignored(_merged(str(folder / "m"), folder / "out"))


def index(chance: random.Random, folder: Path) -> Deed:
    """An index that leads elsewhere, or nowhere."""
    shutil.copytree(zoo_folder("zoo:base"), folder / "m")
    (folder / "m" / "model.safetensors").rename(folder / "m" / "a.safetensors")
    names = open_parent("zoo:base").tensors.specs
    file = folder / "m" / "model.safetensors.index.json"
    _write(file, {"metadata": {}, "weight_map": dict.fromkeys(names, "a.safetensors")}, chance)
    return lambda: _ignored(_merged(str(folder / "m"), folder / "out"))


def adapter(chance: random.Random, folder: Path) -> Deed:
    """A LoRA with odd settings, or damaged weights."""
    specs, made = open_parent("zoo:base").tensors.specs, folder / "a"
    made.mkdir()
    name = next(name for name in specs if "q_proj" in name)
    rows, columns = specs[name].shape
    key = f"base_model.model.{name.removesuffix('.weight')}"
    sides = {f"{key}.lora_A.weight": (2, columns), f"{key}.lora_B.weight": (rows, 2)}
    save_file({n: torch.ones(s) for n, s in sides.items()}, made / "adapter_model.safetensors")
    said = {
        "peft_type": "LORA",
        "r": 2,
        "lora_alpha": 4,
        "target_modules": ["q_proj"],
        "rank_pattern": {"q_proj": 2},
        "alpha_pattern": {"(a|aa)+q": 4},
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": "x",
        "modules_to_save": None,
        "use_dora": False,
    }
    if chance.random() < 0.3:
        file = made / "adapter_model.safetensors"
        file.write_bytes(mutated_bytes(file.read_bytes(), chance))
        (made / "adapter_config.json").write_text(json.dumps(said))
    else:
        _write(made / "adapter_config.json", said, chance)
    return lambda: _ignored(_merged(f"zoo:base+{made}", folder / "out"))


def recipe(chance: random.Random, folder: Path) -> Deed:
    """A recipe with odd words in it."""
    text = chance.choice(sorted(RECIPES.glob("*.yaml"))).read_text()
    file = folder / "r.yaml"
    file.write_bytes(mutated_text(text, chance, WORDS).encode(errors="surrogatepass"))

    def deed() -> None:
        genome = Genome(load_recipe(file))
        genome.decode(genome.start)

    return deed


def task(chance: random.Random, folder: Path) -> Deed:
    """A task file with odd words in it, and its data."""
    file = folder / "task.yaml"
    text = (TASKS / "largest.yaml").read_text()
    file.write_bytes(mutated_text(text, chance, WORDS).encode(errors="surrogatepass"))
    for data in TASKS.glob("*.jsonl"):
        rows = data.read_bytes().splitlines(keepends=True)[:20]
        whole = b"".join(rows)
        damaged = data.name == "largest.jsonl" and chance.random() < 0.2
        (folder / data.name).write_bytes(mutated_bytes(whole, chance) if damaged else whole)

    return partial(_asked, file)


def data(chance: random.Random, folder: Path) -> Deed:
    """A task whose data are damaged, in each of the formats that they may have."""
    rows = [{"q": f"{n}?", "choices": ["a", "b"], "n": n} for n in range(30)]
    reader = chance.choice(("json", "csv", "parquet", "arrow", "text"))
    table, file = pyarrow.Table.from_pylist(rows), folder / f"rows.{reader}"
    if reader == "parquet":
        pyarrow.parquet.write_table(table, file)
    elif reader == "arrow":
        with pyarrow.ipc.new_stream(str(file), table.schema) as stream:
            stream.write_table(table)
    else:
        odd = chance.random() < 0.5
        said = [mutated_value(row, chance) if odd else row for row in rows]
        file.write_text("".join(json.dumps(one) + "\n" for one in said))
    if reader in ("parquet", "arrow") or chance.random() < 0.7:
        file.write_bytes(mutated_bytes(file.read_bytes(), chance))
    named = {"dataset_path": reader, "dataset_kwargs": {"data_files": {"test": file.name}}}
    asked = {"doc_to_text": "{{q}}", "doc_to_target": 0, "doc_to_choice": ["a", "b"]}
    kind = {"task": "t", "test_split": "test", "output_type": "multiple_choice"}
    (folder / "task.yaml").write_text(json.dumps({**named, **asked, **kind}))
    return partial(_asked, folder / "task.yaml")


def tokenizer(chance: random.Random, folder: Path) -> Deed:
    """A tokenizer.json with odd values."""
    shutil.copytree(zoo_folder("zoo:base"), folder / "m")
    file = folder / "m" / "tokenizer.json"
    value = json.loads(file.read_text())
    pattern = {"Regex": chance.choice(PATTERNS)}
    part = {"type": "Split", "pattern": pattern, "behavior": "Isolated", "invert": False}
    other = {"type": "Replace", "pattern": pattern, "content": chance.choice(("", "b", "aa" * 9))}
    match chance.randrange(5):
        case 0:
            value["pre_tokenizer"] = part
        case 1:
            value["normalizer"] = {
                "type": "Sequence",
                "normalizers": [other] * chance.randint(1, 9),
            }
        case 2:
            value["decoder"] = other
        case _:
            _write(file, value, chance)
            value = None
    if value is not None:
        file.write_text(json.dumps(value))

    def deed() -> None:
        loaded = load_tokenizer(folder / "m")
        limited = LimitedTokenizing(loaded)
        for text in ("3 + 4 =", "a" * 60 + "!", ("a" * 28 + "! ") * 300, " " * 5000):
            limited.require([text])
            with limited.panics_told():
                loaded.decode(loaded(text)["input_ids"][:100])

    return deed


def checked(chance: random.Random, folder: Path) -> Deed:
    """A recipe with odd words in it, checked by the command."""
    recipe(chance, folder)
    return lambda: commanded(["check", str(folder / "r.yaml")], folder)


def jinja(chance: random.Random, folder: Path) -> Deed:
    """A template by chance."""
    text = template(chance)

    def deed() -> None:
        try:
            render(text, DOC)
            value_of(text, DOC)
        except Exception as error:  # what a template raises is told by its task
            _told(error)

    return deed


def _told(error: Exception) -> None:
    from evomerge.score.foreign_code.mistakes import Mistakes

    with Mistakes(FitnessTerm(task="t", metric="acc"), "").loading():
        raise error


_FILES = (checkpoint, recipe, checked, config, index, adapter, tokenizer, task, data, jinja)
KINDS = {kind.__name__: kind for kind in _FILES}


def _asked(file: Path) -> None:
    term = FitnessTerm(task=str(file), metric="acc", limit=5)
    Task(term, Permissions(folder=file.parent), "r.yaml:1: ").questions()


def _merged(model: str, out: Path) -> str:
    return merge(parse_recipe(RECIPE.format(model)), out, verify=False, threads=1)


def _ignored(_: str) -> None:
    """What a model is that nobody vouches for is not known."""


@cache
def _released(folder: Path) -> Path:
    if not folder.exists():
        _merged("zoo:base", folder)
    return folder


def _write(file: Path, value: Any, chance: random.Random) -> None:
    match chance.randrange(10):
        case 0:
            file.write_bytes(mutated_bytes(json.dumps(value).encode(), chance))
        case 1:
            file.write_text("[" * 100_000)
        case _:
            file.write_text(json.dumps(mutated_value(value, chance)))
