import pytest
import torch

from evomerge.errors import TrialError
from evomerge.merge.methods.deltas import is_matrix
from tests.merge.methods.matrix_cases import EXACT, OTHERS, method, randoms


@pytest.mark.parametrize("shape", [(40, 24), (24, 40), (30, 30)], ids=str)
@pytest.mark.parametrize("name", ["tsv", "iso_cts", "wudi", "knots"])
def test_a_model_alone_and_equal_models(name, shape):
    base, theta = randoms(shape, 2)
    if name in ("tsv", "wudi"):  # of full rank; the others flatten or thin out even one
        assert torch.allclose(method(name)([theta], base, [1.0]), theta, atol=1e-5)
    if name == "wudi":
        same = method(name, **EXACT)([theta] * 3, base, [1.0] * 3)
        assert torch.allclose(same, theta, atol=1e-5)
    unchanged = method(name)([base.clone(), base.clone()], base, [1.0, 1.0])
    assert torch.equal(unchanged, base)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("shape", [(33, 20), (20, 33)], ids=str)
def test_rows_at_a_time_and_inputs_left_alone(monkeypatch, name, dtype, shape):
    base, *thetas = (t.to(dtype) for t in randoms(shape, 4))
    before = [t.clone() for t in (base, *thetas)]
    whole = method(name)(thetas, base, [0.5, 1.0, 1.5])
    assert torch.equal(method(name)(thetas, base, [0.5, 1.0, 1.5]), whole)
    assert all(torch.equal(a, b) for a, b in zip(before, (base, *thetas), strict=True))
    monkeypatch.setattr("evomerge.merge.methods.deltas.ROWS", 7)
    assert torch.allclose(method(name)(thetas, base, [0.5, 1.0, 1.5]), whole, atol=1e-5)


@pytest.mark.parametrize("name", OTHERS)
def test_permuting_models_changes_roundings_alone(name):
    base, *thetas = randoms((24, 18), 4)
    one = method(name)(thetas, base, [0.5, 1.0, 1.5])
    other = method(name)([thetas[2], thetas[0], thetas[1]], base, [1.5, 0.5, 1.0])
    assert torch.allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("name", ["tsv", "iso_c"])  # others tell inputs from outputs
def test_turning_a_matrix_turns_the_result(name):
    base, *thetas = randoms((24, 18), 4)
    one = method(name)(thetas, base, [1.0] * 3)
    other = method(name)([t.T for t in thetas], base.T, [1.0] * 3)
    assert torch.allclose(one, other.T, atol=1e-5)


def test_what_is_too_large_is_told():
    base, theta = randoms((4, 3), 2)
    with pytest.raises(TrialError, match="too large"):
        method("iso_c")([theta], base, [1e300])


def test_matrices_have_two_sides_of_more_than_one():
    shapes = [(2, 2), (5, 1), (1, 5), (0, 3), (4,), (), (2, 2, 2)]
    assert [is_matrix(shape) for shape in shapes] == [True] + [False] * 6
    assert not is_matrix((50, 20), table=True)
