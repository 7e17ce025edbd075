"""The same mergekit files merged by mergekit and by evomerge, tensor by tensor.

    python -m venv peer && peer/bin/pip install mergekit==0.1.5
    python benchmarks/mergekit_agreement.py --mergekit peer/bin/mergekit-yaml

Prints, for each file of a deterministic method, the largest difference between the two results,
relative to the largest value of the tensor, and how many elements are further apart than 1e-5. Of
the methods that draw random masks, whose draws differ, it prints what each keeps of one model's
delta in its matrices: the share, the sum of the magnitudes relative to the whole delta's, how much
of the whole delta is in what is made of it (<made, delta> / <delta, delta>, 1 where unbiased),
and the share that is kept of the larger half of each row.
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

BASE, A, B, C, D = (
    str(zoo_folder(f"zoo:{name}"))
    for name in ("base", "arithmetic", "french", "reverse", "largest")
)
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


THREE = (entry(A), entry(B), entry(C))
WEIGHED = (entry(A, weight=0.8), entry(B, weight=GRADIENT), entry(C, weight=FILTERED))
SPARSE = (
    entry(A, weight=0.8, density=0.5),
    entry(B, weight=GRADIENT, density=[0.3, 0.8]),
    entry(C, weight=1.0, density=0.9),
)


def layers(model: str, first: int, end: int, **parameters: object) -> dict[str, object]:
    """A slice of one model."""
    return {"sources": [{**entry(model, **parameters), "layer_range": [first, end]}]}


FILES = {
    "linear": of("linear", entry(A, weight=0.3), entry(B, weight=GRADIENT)),
    "linear, not normalized": of(
        "linear", entry(A, weight=0.3), entry(B, weight=0.9), parameters={"normalize": False}
    ),
    "slerp": of("slerp", entry(A), entry(B), base_model=A, parameters={"t": 0.35}),
    "slerp, filters": of("slerp", entry(A), entry(B), base_model=A, parameters={"t": FILTERED}),
    "task_arithmetic": of("task_arithmetic", *WEIGHED, base_model=BASE),
    "ties": of("ties", *SPARSE, base_model=BASE),
    "ties, lambda, not normalized": of(
        "ties", *SPARSE, base_model=BASE, parameters={"normalize": False, "lambda": 0.7}
    ),
    "breadcrumbs": of("breadcrumbs", *SPARSE, base_model=BASE),
    "breadcrumbs_ties": of(
        "breadcrumbs_ties", *SPARSE, base_model=BASE, parameters={"gamma": 0.05, "normalize": True}
    ),
    "nuslerp": of("nuslerp", entry(A, weight=0.3), entry(B, weight=GRADIENT)),
    "nuslerp, by rows": of(
        "nuslerp",
        entry(A, weight=0.3),
        entry(B, weight=0.5),
        parameters={"nuslerp_flatten": False},
    ),
    "nuslerp, base, by columns": of(
        "nuslerp",
        entry(A, weight=0.3),
        entry(B, weight=0.5),
        base_model=BASE,
        parameters={"nuslerp_flatten": False, "nuslerp_row_wise": True},
    ),
    "multislerp": of("multislerp", *WEIGHED),
    "multislerp, base": of("multislerp", *WEIGHED, base_model=BASE),
    "karcher": of("karcher", *THREE),
    "karcher, five": of("karcher", *THREE, entry(BASE), entry(D), parameters={"max_iter": 3}),
    "model_stock": of("model_stock", *THREE, base_model=BASE),
    "model_stock, filter_wise": of(
        "model_stock", *THREE, base_model=BASE, parameters={"filter_wise": True}
    ),
    "sce": of("sce", *THREE, base_model=BASE),
    "sce, select_topk": of("sce", *THREE, base_model=BASE, parameters={"select_topk": 0.3}),
    "arcee_fusion": of("arcee_fusion", entry(A), base_model=BASE),
    "nearswap": of("nearswap", entry(A), base_model=BASE, parameters={"t": [0.001, 0.01]}),
    "ram": of("ram", *THREE, base_model=BASE, parameters={"epsilon": 0.003}),
    "ramplus_tl": of(
        "ramplus_tl", *THREE, base_model=BASE, parameters={"epsilon": 0.003, "r": 0.3, "alpha": 0.6}
    ),
    "passthrough, slices and scale": {
        "merge_method": "passthrough",
        "slices": [
            layers(A, 0, 2),
            layers(B, 1, 3, scale=[{"filter": "o_proj", "value": 0.5}, {"value": 1.0}]),
            layers(B, 2, 4),
        ],
        "dtype": "float32",
    },
}
"""Of the deterministic methods."""

RANDOM = {
    name: of(name, entry(A, weight=1.0, density=0.5, **more), base_model=BASE)
    for name, more in {
        "dare_linear": {},
        "dare_ties": {},
        "della": {"epsilon": 0.2},
        "della_linear": {"epsilon": 0.2},
    }.items()
}
"""Methods that draw masks, of one model, so that what is kept is seen."""
NEAR = 1e-5
LARGE = 10_000
"""Elements of a matrix that statistics are taken of."""

Tensors = dict[str, torch.Tensor]


def load(folder: Path) -> Tensors:
    """All tensors of a model folder."""
    files = sorted(folder.glob("*.safetensors"))
    return {name: tensor for file in files for name, tensor in load_file(file).items()}


def both(content: dict[str, object], mergekit: str) -> tuple[Tensors, Tensors]:
    """What evomerge and mergekit make of a file."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "merge.yaml").write_text(yaml.safe_dump(content))
        subprocess.run(
            [mergekit, "merge.yaml", "theirs"],
            cwd=work,
            check=True,
            capture_output=True,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
        )
        evomerge.merge(evomerge.load_recipe(work / "merge.yaml"), work / "ours")
        ours, theirs = load(work / "ours"), load(work / "theirs")
    if {n: t.shape for n, t in ours.items()} != {n: t.shape for n, t in theirs.items()}:
        raise SystemExit("the tensors differ in name or shape")
    return ours, theirs


def differences(ours: Tensors, theirs: Tensors) -> tuple[float, int, int]:
    """The largest relative difference, how many are not near, and of how many."""
    largest, apart, total = 0.0, 0, 0
    for name, tensor in theirs.items():
        away = (ours[name].double() - tensor.double()).abs() / tensor.double().abs().max()
        largest = max(largest, float(away.max()))
        apart += int((away > NEAR).sum())
        total += away.numel()
    return largest, apart, total


def kept(made: Tensors) -> list[float]:
    """Share kept; sum of magnitudes; projection; share kept of the larger half of each row."""
    base, model = load(Path(BASE)), load(Path(A))
    sums = torch.zeros(4, dtype=torch.float64)
    wholes = torch.zeros(4, dtype=torch.float64)
    for name, tensor in made.items():
        if tensor.ndim == 2 and tensor.numel() >= LARGE:
            whole, left = (t.double() - base[name].double() for t in (model[name], tensor))
            larger = whole.abs() > whole.abs().median(-1, keepdim=True).values
            stays = (left != 0).double()
            along, square = (left * whole).sum(), (whole * whole).sum()
            sums += torch.stack([stays.sum(), left.abs().sum(), along, stays[larger].sum()])
            every = torch.ones_like(stays)
            wholes += torch.stack([every.sum(), whole.abs().sum(), square, every[larger].sum()])
    return [float(x) for x in sums / wholes]


def main() -> None:
    """Merge each file twice and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mergekit", required=True, help="mergekit-yaml of another environment")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(f"| file | largest relative difference | further apart than {NEAR:.0e} |")
    print("| --- | --- | --- |")
    for name, content in FILES.items():
        largest, apart, total = differences(*both(content, arguments.mergekit))
        print(f"| {name} | {largest:.1e} | {apart} of {total} |", flush=True)
    print("\n| method | by | kept | magnitudes | projection | kept of the larger half |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, content in RANDOM.items():
        made = both(content, arguments.mergekit)
        for who, tensors in zip(("evomerge", "mergekit"), made, strict=True):
            print(f"| {name} | {who} | {' | '.join(f'{x:.4f}' for x in kept(tensors))} |")


if __name__ == "__main__":
    main()
