"""The same mergekit files merged by mergekit and by evomerge, tensor by tensor.

    python -m venv peer && peer/bin/pip install mergekit==0.1.5
    python -m benchmarks.mergekit_agreement --mergekit peer/bin/mergekit-yaml

Prints, for each file of a deterministic method, the largest difference between the two results,
relative to the largest value of the tensor, and how many elements are further apart than 1e-5; then
the same for recipes of evomerge's own, which mergekit is given as `evomerge export` writes them. Of
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
from benchmarks.mergekit_files import BASE, FILES, OWN, RANDOM, A
from evomerge.merge.mergekit.export import export_file

NEAR = 1e-5
LARGE = 10_000
"""Elements of a matrix that statistics are taken of."""

Tensors = dict[str, torch.Tensor]


def load(folder: Path) -> Tensors:
    """All tensors of a model folder."""
    files = sorted(folder.glob("*.safetensors"))
    return {name: tensor for file in files for name, tensor in load_file(file).items()}


def both(text: str, mergekit: str, exported: bool = False) -> tuple[Tensors, Tensors]:
    """What evomerge and mergekit make of a file; mergekit of its export, if so asked."""
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
    mergekit = parser.parse_args().mergekit
    torch.set_num_threads(1)
    print(f"| file | largest relative difference | further apart than {NEAR:.0e} |")
    print("| --- | --- | --- |")
    texts = {name: (yaml.safe_dump(content), False) for name, content in FILES.items()}
    texts |= {f"{name}, exported": (text, True) for name, text in OWN.items()}
    for name, (text, exported) in texts.items():
        largest, apart, total = differences(*both(text, mergekit, exported))
        print(f"| {name} | {largest:.1e} | {apart} of {total} |", flush=True)
    print("\n| method | by | kept | magnitudes | projection | kept of the larger half |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, content in RANDOM.items():
        made = both(yaml.safe_dump(content), mergekit)
        for who, tensors in zip(("evomerge", "mergekit"), made, strict=True):
            print(f"| {name} | {who} | {' | '.join(f'{x:.4f}' for x in kept(tensors))} |")


if __name__ == "__main__":
    main()
