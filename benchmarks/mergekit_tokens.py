"""Models of different vocabularies merged by mergekit and by evomerge, token by token.

    python -m venv peer && peer/bin/pip install mergekit==0.1.5
    python benchmarks/mergekit_tokens.py --mergekit peer/bin/mergekit-yaml

The parents are made of the zoo's: one has tokens more, one has its tokens in another order as well.
Prints, for each file, how many tokens both results have, and the largest difference over their rows
and over all other tensors, relative to the largest value of the tensor.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
import yaml
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

import evomerge
from evomerge.zoo import zoo_folder

EMBEDDING = "model.embed_tokens.weight"


def make_parent(out: Path, name: str, tokens: Sequence[str], seed: int | None = None) -> None:
    """A model of the zoo with more tokens; with a seed, its ordinary ones in another order."""
    shutil.copytree(zoo_folder(f"zoo:{name}"), out)
    words = Tokenizer.from_file(str(out / "tokenizer.json"))
    words.add_special_tokens([*tokens])
    tensors = load_file(out / "model.safetensors")
    generator = torch.Generator().manual_seed(len(tokens))
    rows = torch.randn((len(tokens), tensors[EMBEDDING].shape[1]), generator=generator)
    embedding = torch.cat([tensors[EMBEDDING], rows.to(tensors[EMBEDDING].dtype)])
    state = json.loads(words.to_str())
    if seed is not None:
        vocabulary = state["model"]["vocab"]
        fixed = {entry["content"] for entry in state["added_tokens"]}
        ordinary = sorted(token for token in vocabulary if token not in fixed)
        before = [vocabulary[token] for token in ordinary]
        after = random.Random(seed).sample(before, len(before))
        vocabulary.update(zip(ordinary, after, strict=True))
        embedding[after] = embedding[before]
    tensors[EMBEDDING] = embedding
    save_file(tensors, out / "model.safetensors", metadata={"format": "pt"})
    (out / "tokenizer.json").write_text(json.dumps(state), encoding="utf-8")
    config = json.loads((out / "config.json").read_text())
    (out / "config.json").write_text(json.dumps({**config, "vocab_size": len(embedding)}))


def files(folder: Path) -> dict[str, dict[str, object]]:
    """Mergekit files over the parents of a folder."""
    base, more, other = (str(folder / name) for name in ("base", "more", "other"))
    two = [{"model": m, "parameters": {"weight": w}} for m, w in ((more, 0.8), (other, 0.5))]
    all_three = [{"model": base, "parameters": {"weight": 0.7}}, *two]
    sources = {
        "<like>": {"source": {"kind": "model_token", "model": more, "token": "<|im_start|>"}},
        "<zero>": {"source": {"kind": "zero"}},
        "[PAD]": {"source": other, "force": True},
    }
    common = {"base_model": base, "dtype": "float32"}
    linear = {"merge_method": "linear", "models": all_three, **common}
    arithmetic = {"merge_method": "task_arithmetic", "models": two, **common}
    slerp = {"merge_method": "slerp", "models": [{"model": more}, {"model": other}]}
    return {
        "linear, union": {**linear, "tokenizer_source": "union"},
        "linear, base": {**linear, "tokenizer_source": "base"},
        "linear, a model's": {**linear, "tokenizer_source": other},
        "task_arithmetic, union": {**arithmetic, "tokenizer_source": "union"},
        "task_arithmetic, padded, sources": {
            **arithmetic,
            "tokenizer": {"source": "union", "tokens": sources, "pad_to_multiple_of": 64},
        },
        "slerp, union": {
            **slerp,
            **common,
            "base_model": more,
            "parameters": {"t": 0.4},
            "tokenizer_source": "union",
        },
    }


def compare(ours: Path, theirs: Path) -> tuple[int, float]:
    """Tokens that both have, and the largest relative difference."""
    ids = [Tokenizer.from_file(str(f / "tokenizer.json")).get_vocab() for f in (ours, theirs)]
    shared = sorted(ids[0].keys() & ids[1].keys())
    mine, other = (load_file(next(f.glob("*.safetensors"))) for f in (ours, theirs))
    for tensors, known in zip((mine, other), ids, strict=True):
        tensors[EMBEDDING] = tensors[EMBEDDING][[known[token] for token in shared]]
    differences = (
        (mine[n].double() - other[n].double()).abs().max() / other[n].double().abs().max()
        for n in mine.keys() | other.keys()
    )
    return len(shared), float(max(differences))


def main() -> None:
    """Merge each file twice and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mergekit", required=True, help="mergekit-yaml of another environment")
    mergekit = str(Path(parser.parse_args().mergekit).absolute())
    torch.set_num_threads(1)
    print("| file | tokens of both | largest relative difference |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        make_parent(work / "base", "base", [])
        make_parent(work / "more", "arithmetic", ["<|im_start|>", "<|im_end|>", "[PAD]"])
        make_parent(work / "other", "french", ["[PAD]"], seed=1)
        for number, (name, content) in enumerate(files(work).items()):
            recipe, ours, theirs = (work / f"{kind}{number}" for kind in ("recipe", "o", "t"))
            recipe.write_text(yaml.safe_dump(content))
            environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
            command = [mergekit, str(recipe), str(theirs)]
            subprocess.run(command, check=True, capture_output=True, env=environment)
            evomerge.merge(evomerge.load_recipe(recipe), ours)
            tokens, difference = compare(ours, theirs)
            print(f"| {name} | {tokens} | {difference:.1e} |")


if __name__ == "__main__":
    main()
