import pytest
import torch

from evomerge.cores import Cores
from evomerge.errors import TrialError
from evomerge.merge.merging import write_model
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from tests.live import LiveBank

CPU = torch.device("cpu")


@pytest.fixture
def no_decomposition(monkeypatch):
    """LAPACK as it is where it does not converge: no finite matrix is known that makes it so."""
    decompose = torch.linalg.eigh
    monkeypatch.setattr(torch.linalg, "eigh", lambda gram: decompose(gram * torch.nan))


@pytest.mark.parametrize("method", ["tsv", "iso_c", "iso_cts", "knots"])
def test_what_cannot_be_decomposed_is_a_failed_trial(
    make_model, tmp_path, no_decomposition, method
):
    base, a, b = (make_model(name, seed) for seed, name in enumerate(("base", "a", "b")))
    models = f"[{{model: {a}}}, {{model: {b}}}]"
    recipe = parse_recipe(f"merge_method: {method}\nbase_model: {base}\nmodels: {models}")
    parents = {name: open_parent(name) for name in (base, a, b)}
    told = r"^model\.\S+\.weight cannot be decomposed \(.*failed to converge"
    with Cores(1) as cores, pytest.raises(TrialError, match=told):
        LiveBank(parents).write(recipe, cores)
    with pytest.raises(TrialError, match=told):
        write_model(recipe, parents, tmp_path / "out", CPU)
    assert not (tmp_path / "out").exists()


def test_inputs_of_equal_contents_are_ordered_by_their_settings(make_model, tmp_path):
    """So that the sum has the same bits whichever of them a recipe lists first."""
    a, again, b = make_model("a", 0), make_model("again", 0), make_model("b", 1)
    shares = {a: 0.1, again: 0.7, b: 0.3}
    made = []
    for names in ((a, again, b), (b, again, a), (again, b, a)):
        models = ", ".join(f"{{model: {n}, parameters: {{weight: {shares[n]}}}}}" for n in names)
        recipe = parse_recipe(f"merge_method: linear\nmodels: [{models}]")
        parents = {name: open_parent(name) for name in names}
        made.append(write_model(recipe, parents, tmp_path / str(len(made)), CPU))
    assert len({*made}) == 1
