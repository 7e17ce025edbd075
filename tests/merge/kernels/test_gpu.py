"""The kernels for a GPU make the bits that their twins of Numba make; sums are as exact.

Without a GPU Triton's interpreter runs them (tests/conftest.py asks for it).
"""

import importlib
import inspect
import sys

import numpy as np
import pytest
import torch

from evomerge.errors import UserError
from evomerge.merge.kernels import cpu
from evomerge.merge.kernels.thinning import Drawn
from evomerge.merge.making import filling
from evomerge.merge.methods import METHODS, Inputs
from evomerge.merge.methods.della import magprune
from evomerge.merge.methods.magnitudes import Magnitudes
from evomerge.merge.methods.variances import Variances
from tests.merge.kernels.gpu_cases import (
    DEVICE,
    SMALL,
    assert_close,
    assert_same,
    both,
    gpu,
    moved,
    small_blocks,
)
from tests.merge.kernels.gpu_cases import (
    pytestmark as pytestmark,
)


@pytest.fixture(autouse=True, scope="module")
def _small_blocks():
    with small_blocks():
        yield


LAUNCHED = [(module, name, getattr(module, name)) for module, name, _ in SMALL]
"""What the engine launches, which other tests make smaller."""


def test_every_kernel_is_there_and_takes_the_same():
    public = [name for name, one in vars(cpu).items() if inspect.isfunction(one)]
    assert "draw_by_rank" in public
    for name in public:
        ours, theirs = (list(inspect.signature(getattr(k, name)).parameters) for k in (gpu, cpu))
        assert ours == theirs


SEVERAL = {"weight": [0.7, -0.4, 1.1], "density": [0.3, 0.5, 0.9], "epsilon": [0.05] * 3}


CHOSEN = {"select_topk": 0.4, "filter_wise": True, "nuslerp_flatten": False}


MADE = "linear slerp task_arithmetic ties dare_ties della sce model_stock nuslerp"


@pytest.mark.parametrize("name", MADE.split())
def test_methods_make_the_same_in_any_parts(name, monkeypatch):
    rng = np.random.default_rng(5)
    method = METHODS[name]
    count = min(3, method.models[1] or 3)
    base, *thetas = (
        torch.tensor(rng.standard_normal((9, 13)) * 0.05).bfloat16() for _ in range(count + 1)
    )
    several = {k: numbers[:count] for k, numbers in SEVERAL.items()}
    given = {k: (several | CHOSEN).get(k, p.default) for k, p in method.parameters.items()}
    given = {"lambda_" if k == "lambda" else k: v for k, v in given.items()}
    if method.random:
        given["keys"] = [1, 2**40, 2**63][:count]

    def merged(device, rows):
        inputs = Inputs([t.to(device) for t in thetas], base.to(device))
        making = filling.Computing(inputs, method.make(inputs, **given))
        out = torch.empty(base.numel(), dtype=base.dtype, device=device)
        for begin in range(0, out.numel(), rows * 13):
            assert making.fill(out[begin : begin + rows * 13])
        return out.cpu()

    theirs = merged(torch.device("cpu"), 9)
    knowing = [sys.modules[known.__module__] for known in (Inputs, Magnitudes, Variances, magprune)]
    for module in (filling, *knowing):
        monkeypatch.setattr(module, "functions_for", lambda device: gpu)
    for rows in (9, 4, 1):
        assert torch.equal(merged(DEVICE, rows), theirs)


@pytest.mark.gpu
@pytest.mark.parametrize("size", [1, 100_003, 1 << 24, (1 << 26) + 4099])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_large_tensors_as_the_engine_launches_them(size, dtype, monkeypatch):
    for module, name, number in LAUNCHED:
        monkeypatch.setattr(module, name, number)
    monkeypatch.setitem(gpu.OPTIONS, "BLOCK", gpu.BLOCK)
    rng = torch.Generator().manual_seed(size)
    base = (torch.randn(size, generator=rng) * 0.02).to(dtype)
    thetas = [(base.float() + torch.randn(size, generator=rng) * 0.002).to(dtype) for _ in range(3)]
    cut = Magnitudes(thetas[0], base).cut(max(1, size // 3), size // 100)
    ways = [cut, Drawn(0xFEDCBA9876543210, 1 << 31), None]
    flags = {"elect": True, "plainly": False, "least": 0.0, "lambda_": 0.9}
    numbers = ([0.7, -0.3, 1.2], [1.0, 1.9, 1.0]), flags
    assert_same(*both(base, thetas, ways, [0, size], dtype, numbers))
    (b, *models), pair = moved([base, *thetas]), (thetas[0], base)
    np.testing.assert_array_equal(gpu.magnitudes_by_bin(models[0], b), cpu.magnitudes_by_bin(*pair))
    np.testing.assert_allclose(
        gpu.inner_products(models, b), cpu.inner_products(thetas, base), rtol=1e-11, atol=1e-9
    )


@pytest.mark.gpu
@pytest.mark.parametrize("shape", [(1, 5000), (3000, 4099), (5001, 2048)])
def test_large_matrices_as_the_engine_works_on_them(shape, monkeypatch):
    for module, name, number in LAUNCHED:
        monkeypatch.setattr(module, name, number)
    rng = torch.Generator().manual_seed(1)
    base, *thetas = (torch.randn(shape, generator=rng).bfloat16() for _ in range(3))
    b, *models = moved([base, *thetas])
    for name in ("row_products", "column_products"):
        expected = getattr(cpu, name)(thetas, base, shape[1])
        assert_close(getattr(gpu, name)(models, b, shape[1]), expected)
    thresholds = np.linspace(0, 2**32, shape[1]).astype(np.int64)
    marks, sizes = gpu.draw_by_rank(models[0], b, 5, thresholds)
    theirs, expected = cpu.draw_by_rank(thetas[0], base, 5, thresholds)
    assert torch.equal(marks.cpu(), theirs)
    assert sizes == pytest.approx(expected, rel=1e-12)
    known, expected = Variances(thetas, base).largest(base.numel() // 3)
    monkeypatch.setattr(sys.modules[Variances.__module__], "functions_for", lambda device: gpu)
    marked, squares = Variances(models, b).largest(base.numel() // 3)
    for offset, count in ((0, base.numel()), (4999, 1)):
        assert torch.equal(marked.marks(offset, count).cpu(), known.marks(offset, count))
    assert_close(squares, expected)


def test_without_triton_the_error_says_what_to_do(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "triton"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "triton", None)
    kernels = "evomerge.merge.kernels"
    for name in [name for name in sys.modules if name.startswith(f"{kernels}.triton")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, f"{kernels}.gpu")
    with pytest.raises(UserError, match=r"needs Triton.*pip install triton.*--device cpu"):
        importlib.import_module(f"{kernels}.gpu")
