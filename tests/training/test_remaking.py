import shutil
from dataclasses import replace

import pytest
import torch

from evomerge.errors import RunFolderError
from evomerge.ledger import Ledger
from evomerge.recipe import Training
from evomerge.training import Example, train
from evomerge.training.remaking import remake
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer

SETTINGS = Training(rank=2, steps=2, batch=8, warmup=1, target=("q_proj",))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run's folder with an adapter, and what its ledger says of it."""
    run_dir, base = tmp_path_factory.mktemp("run"), open_parent("zoo:base")
    examples = [Example(f"{n} + 1 =", f" {n + 1}") for n in range(9)]
    given = SETTINGS, examples, base, load_tokenizer(base.tokenizer_folder)
    adapter = train(*given, run_dir / "adapters" / "cycle-0", device=torch.device("cpu"), seed=4)
    return run_dir, adapter.event(0, run_dir)


def run_of(trained, copy, **changes):
    """A copy of the run in which the ledger says something else."""
    run_dir, event = trained
    shutil.copytree(run_dir, copy)
    with Ledger(copy, create=True) as ledger:
        ledger.record(replace(event, **changes))
    return copy


def test_an_adapter_is_trained_again_with_the_same_bits(trained, tmp_path):
    folder = run_of(trained, tmp_path / "run")
    files = sorted((folder / "adapters").rglob("*"))
    (one,) = remake(folder, cores=1)
    assert one.is_same, one
    assert (one.folder, one.changes, one.reason) == ("adapters/cycle-0", (), "")
    assert sorted((folder / "adapters").rglob("*")) == files


def test_other_bits_than_were_recorded_are_told_after_what_has_changed(trained, tmp_path):
    versions = {**trained[1].versions, "torch": "1.0"}
    folder = run_of(trained, tmp_path / "run", weights_sha256="0" * 64, versions=versions)
    (one,) = remake(folder)
    assert not one.is_same
    assert one.made == one.found != one.recorded
    assert one.changes == (f"torch was 1.0 and is {torch.__version__}",)


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"settings": {"rank": 3}}, "a setting in it does not match the run's ledger; restore"),
        ({"data_sha256": "0" * 64}, "the data file in it does not match"),
        ({"base": "zoo:french"}, "the base in it does not match"),
        ({"folder": "../outside"}, "outside"),
        ({"folder": "adapters/gone"}, "gone"),
    ],
)
def test_what_cannot_be_trained_again_is_told(trained, tmp_path, changes, said):
    (one,) = remake(run_of(trained, tmp_path / "run", **changes))
    assert said in one.reason
    assert not one.is_same
    assert one.made == ""


@pytest.mark.parametrize("file", ["data.jsonl", "training.json", "adapter_model.safetensors"])
def test_a_file_that_has_changed_is_told(trained, tmp_path, file):
    folder = run_of(trained, tmp_path / "run")
    path = folder / "adapters" / "cycle-0" / file
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    (one,) = remake(folder)
    assert "when the folder was written" in one.reason


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(RunFolderError, match="not a run folder"):
        next(remake(tmp_path))
