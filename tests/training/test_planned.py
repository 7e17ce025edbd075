import os

import pytest
import torch

from evomerge.errors import UserError
from evomerge.reading.manifest import Unlike
from evomerge.recipe import Training
from evomerge.training import Example, train
from evomerge.training.planned import PlannedAdapter
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer

CPU = torch.device("cpu")
SETTINGS = Training(rank=2, steps=2, batch=4, warmup=1, target=("q_proj",))
EXAMPLES = [Example("2 + 2 =", " 4"), Example("1 + 1 =", " 2")]
BASE = open_parent("zoo:base")
TOKENIZER = load_tokenizer(BASE.tokenizer_folder)


def planned(out, settings=SETTINGS, examples=EXAMPLES, base=BASE, seed=0):
    return PlannedAdapter.of(settings, examples, base, TOKENIZER, out, seed, CPU)


@pytest.fixture(scope="module")
def adapter(tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "a"
    return train(SETTINGS, EXAMPLES, BASE, TOKENIZER, out, device=CPU)


def test_nothing_stands_where_nothing_is(tmp_path):
    (tmp_path / "a").mkdir()
    assert planned(tmp_path / "a").standing() is None
    assert planned(tmp_path / "sub" / "b").standing() is None


def test_what_stands_there_and_is_the_same_is_taken(adapter):
    assert planned(adapter.folder, examples=EXAMPLES[::-1]).standing() == adapter
    again = train(SETTINGS, EXAMPLES, BASE, TOKENIZER, adapter.folder, device=CPU)
    assert again == adapter


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"examples": EXAMPLES[:1]},
        {"settings": SETTINGS.model_copy(update={"steps": 3})},
        {"base": open_parent("zoo:french")},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_stands_there_and_is_another_is_not_written_over(adapter, other):
    with pytest.raises(UserError, match="exists already"):
        planned(adapter.folder, **other).standing()


def test_what_stands_there_and_has_changed_is_not_taken(tmp_path):
    made = train(SETTINGS, EXAMPLES, BASE, TOKENIZER, tmp_path / "a", device=CPU)
    file = made.folder / "adapter_model.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    with pytest.raises(UserError, match="exists already") as caught:
        planned(made.folder).standing()
    assert not isinstance(caught.value, Unlike)


def test_an_adapter_does_not_stand_on_another(adapter):
    with pytest.raises(UserError, match="has an adapter already"):
        planned(adapter.folder, base=open_parent(f"zoo:base+{adapter.folder}"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="cannot be written"):
        planned(tmp_path / "sub" / "a")


def test_a_file_in_the_way_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be written"):
        planned(tmp_path / "file" / "a")
