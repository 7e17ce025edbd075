"""The same mergekit files merged by mergekit and by evomerge, tensor by tensor.

    python -m venv peer && peer/bin/pip install mergekit==0.1.5
    python benchmarks/mergekit_agreement.py --mergekit peer/bin/mergekit-yaml

Prints, for each file, the largest difference between the two results, relative to the largest
value of the tensor; then the same for recipes of evomerge's own, which mergekit is given as
`evomerge export` writes them. Methods that draw random masks (dare_*) are left out: the draws
differ.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from pathlib import Path

import torch
import yaml
from safetensors.torch import load_file

import evomerge
from evomerge.merge.export import export_file
from evomerge.zoo import zoo_folder

BASE, A, B, C = (str(zoo_folder(f"zoo:{n}")) for n in ("base", "arithmetic", "french", "reverse"))
GRADIENT = [0.2, 1.0, 0.6]
FILTERED = [
    {"filter": "self_attn", "value": [0.1, 0.9]},
    {"filter": "mlp", "value": 0.7},
    {"value": 0.4},
]


def entry(model: str, **parameters: object) -> dict[str, object]:
    """One entry of `models:`."""
    return {"model": model, "parameters": parameters} if parameters else {"model": model}


def of(method: str, *models: dict[str, object], **others: object) -> dict[str, object]:
    """A mergekit file."""
    return {"merge_method": method, "models": [*models], "dtype": "float32", **others}


FILES = {
    "linear": of("linear", entry(A, weight=0.3), entry(B, weight=1.1)),
    "linear, gradient": of("linear", entry(A, weight=GRADIENT), entry(B, weight=0.5)),
    "linear, not normalized": of(
        "linear", entry(A, weight=0.3), entry(B, weight=0.9), parameters={"normalize": False}
    ),
    "slerp": of("slerp", entry(A), entry(B), base_model=A, parameters={"t": 0.35}),
    "slerp, by filter": of("slerp", entry(A), entry(B), base_model=A, parameters={"t": FILTERED}),
    "task_arithmetic": of(
        "task_arithmetic", entry(A, weight=0.8), entry(B, weight=0.5), base_model=BASE
    ),
    "task_arithmetic, filters": of(
        "task_arithmetic", entry(A, weight=FILTERED), entry(B, weight=GRADIENT), base_model=BASE
    ),
    "ties": of(
        "ties",
        entry(A, weight=0.8, density=0.5),
        entry(B, weight=0.5, density=0.3),
        entry(C, weight=1.0, density=0.9),
        base_model=BASE,
    ),
    "ties, normalized": of(
        "ties",
        entry(A, weight=0.8, density=0.5),
        entry(B, weight=GRADIENT, density=[0.3, 0.8]),
        base_model=BASE,
        parameters={"normalize": True},
    ),
    "layers from two models": {
        "merge_method": "linear",
        "slices": [
            {"sources": [{"model": A, "layer_range": [0, 2], "parameters": {"weight": 1.0}}]},
            {"sources": [{"model": B, "layer_range": [1, 4], "parameters": {"weight": 1.0}}]},
        ],
        "dtype": "float32",
    },
    "rules that fall through, a slice of one layer": {
        "merge_method": "linear",
        "slices": [
            {
                "parameters": {"weight": [{"filter": "mlp", "value": [0.1, 3]}]},
                "sources": [
                    {
                        "model": A,
                        "layer_range": [0, 3],
                        "parameters": {"weight": [{"filter": "self_attn", "value": [2, 0.5]}]},
                    },
                    {"model": B, "layer_range": [0, 3]},
                ],
            },
            {
                "sources": [
                    {"model": A, "layer_range": [3, 4], "parameters": {"weight": [0, 4]}},
                    {"model": B, "layer_range": [3, 4]},
                ]
            },
        ],
        "parameters": {"weight": [{"filter": "*", "value": [1, 2, 3]}]},
        "dtype": "float32",
    },
    "filters by a source's own layers": {
        "merge_method": "linear",
        "slices": [
            {
                "sources": [
                    {
                        "model": A,
                        "layer_range": [2, 4],
                        "parameters": {"weight": [{"filter": "layers.3.", "value": 9}]},
                    },
                    {
                        "model": B,
                        "layer_range": [0, 2],
                        "parameters": {"weight": [{"filter": "layers.1.", "value": 5}]},
                    },
                ]
            }
        ],
        "parameters": {"weight": 1},
        "dtype": "float32",
    },
    "a base for one slice": {
        "merge_method": "task_arithmetic",
        "base_model": BASE,
        "slices": [
            {"sources": [{"model": m, "layer_range": [0, 1]} for m in (A, BASE)]},
            {
                "base_model": C,
                "sources": [{"model": m, "layer_range": [1, 4]} for m in (B, C)],
            },
        ],
        "parameters": {"weight": 0.7},
        "dtype": "float32",
    },
    "quoted numbers, a flag in steps, long names": {
        "merge_method": "linear",
        "models": [
            {"model": {"model": {"path": A}}, "parameters": {"weight": "0.25"}},
            {"model": B, "parameters": {"weight": "1e0", "density": 0.5}},
        ],
        "parameters": {"normalize": [0, 1]},
        "dtype": "torch.float32",
    },
}

OWN = {
    "ties, rules and defaults": """
merge_method: ties
base_model: zoo:base
models:
  - model: zoo:arithmetic
    parameters:
      weight: [{filter: mlp, value: [0.2, 0.9]}, 0.4]
      density: {filter: attn, value: 0.5}
  - model: zoo:french
parameters: {density: {filter: mlp, value: 0.3}}
""",
    "task_arithmetic, rounded to bfloat16": """
merge_method: task_arithmetic
base_model: zoo:base
models: [{model: zoo:arithmetic}, {model: zoo:french, parameters: {weight: [0, 0.7]}}]
dtype: bfloat16
""",
    "task_arithmetic, slices that leave their base unsaid": """
merge_method: task_arithmetic
base_model: zoo:base
slices:
  - sources: [{model: zoo:french, layer_range: [0, 2]}]
  - base_model: zoo:reverse
    sources: [{model: zoo:arithmetic, layer_range: [1, 4], parameters: {weight: [0, 1]}}]
""",
    "linear, a base that gives its config alone": """
merge_method: linear
base_model: zoo:base
models: [{model: zoo:arithmetic}, {model: zoo:french, parameters: {weight: 0.3}}]
""",
    "slerp": """
merge_method: slerp
base_model: zoo:arithmetic
models: [{model: zoo:french}]
parameters: {t: {filter: mlp, value: [0.2, 0.9]}}
""",
}
"""Recipes of evomerge's own."""


def largest_difference(ours: Path, theirs: Path) -> float:
    """Over all tensors; infinite where their names or shapes differ."""
    mine, other = (
        {
            name: tensor
            for file in sorted(f.glob("*.safetensors"))
            for name, tensor in load_file(file).items()
        }
        for f in (ours, theirs)
    )
    if {n: t.shape for n, t in mine.items()} != {n: t.shape for n, t in other.items()}:
        return float("inf")
    return max(
        float((mine[n].double() - other[n].double()).abs().max() / other[n].double().abs().max())
        for n in mine
    )


def merge_both(mergekit: str, text: str, exported: bool) -> float:
    """Merge a file with evomerge and with mergekit; how much they differ."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "recipe.yaml").write_text(text)
        evomerge.merge(work / "recipe.yaml", work / "ours", device="cpu")
        (work / "merge.yaml").write_text(export_file(work / "ours") if exported else text)
        subprocess.run(
            [mergekit, "merge.yaml", "theirs"],
            cwd=work,
            check=True,
            capture_output=True,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
        )
        return largest_difference(work / "ours", work / "theirs")


def main() -> None:
    """Merge each file twice and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mergekit", required=True, help="mergekit-yaml of another environment")
    mergekit = parser.parse_args().mergekit
    torch.set_num_threads(1)
    print("| file | largest relative difference |\n| --- | --- |")
    for name, content in FILES.items():
        difference = merge_both(mergekit, yaml.safe_dump(content), exported=False)
        print(f"| {name} | {difference:.1e} |", flush=True)
    for name, text in OWN.items():
        difference = merge_both(mergekit, text, exported=True)
        print(f"| {name}, exported | {difference:.1e} |", flush=True)


if __name__ == "__main__":
    main()
