"""The same mergekit files merged by mergekit and by evomerge, tensor by tensor.

    python -m venv peer && peer/bin/pip install mergekit==0.1.5
    python benchmarks/mergekit_agreement.py --mergekit peer/bin/mergekit-yaml

Prints, for each file, the largest difference between the two results, relative to the largest
value of the tensor. Methods that draw random masks (dare_*) are left out: the draws differ.
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
}


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


def main() -> None:
    """Merge each file twice and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mergekit", required=True, help="mergekit-yaml of another environment")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print("| file | largest relative difference |\n| --- | --- |")
    for name, content in FILES.items():
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            (work / "merge.yaml").write_text(yaml.safe_dump(content))
            subprocess.run(
                [arguments.mergekit, "merge.yaml", "theirs"],
                cwd=work,
                check=True,
                capture_output=True,
                env={**os.environ, "HF_HUB_OFFLINE": "1"},
            )
            evomerge.merge(evomerge.load_recipe(work / "merge.yaml"), work / "ours")
            print(f"| {name} | {largest_difference(work / 'ours', work / 'theirs'):.1e} |")


if __name__ == "__main__":
    main()
