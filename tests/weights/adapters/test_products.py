from pathlib import Path

import pytest
import torch

from evomerge.errors import ParentError
from evomerge.weights.adapters.files import AdapterFiles
from evomerge.weights.adapters.products import product_changes

CONFIG = {"alpha": 6, "r": 2}
A, B = torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0, 4.0]])


def added(kind, factors, base=None):
    files = AdapterFiles(Path("a"), CONFIG, {f"q.{name}": each for name, each in factors.items()})
    changes = product_changes(files, kind)
    assert changes.each.keys() == {"q.weight"}
    return changes.each["q.weight"].apply(torch.zeros(2, 2) if base is None else base)


def test_loha_multiplies_two_products_element_by_element():
    factors = {"hada_w1_a": A, "hada_w1_b": B, "hada_w2_a": A, "hada_w2_b": B}
    assert added("LOHA", factors).tolist() == (3 * (A @ B) * (A @ B)).tolist()


@pytest.mark.parametrize("whole", [True, False])
def test_lokr_is_a_kronecker_product(whole):
    one = {"lokr_w1": A @ B} if whole else {"lokr_w1_a": A, "lokr_w1_b": B}
    base = torch.ones(4, 4)
    made = added("LOKR", {**one, "lokr_w2": torch.eye(2)}, base)
    assert torch.equal(made, base + 3 * torch.kron(A @ B, torch.eye(2)))


def test_what_is_missing_or_in_tucker_form_is_refused():
    with pytest.raises(ParentError, match="q lacks hada_w2_b"):
        added("LOHA", {"hada_w1_a": A, "hada_w1_b": B, "hada_w2_a": A})
    with pytest.raises(ParentError, match="q is adapted in Tucker form"):
        added("LOKR", {"lokr_w1": A, "lokr_t2": B})
