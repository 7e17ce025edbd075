"""The models of a request, opened and named."""

import json
import shutil

import pytest

from evomerge.drafting.models import find_models
from evomerge.drafting.request import DraftRequest
from evomerge.errors import ParentError, UserError
from evomerge.zoo import zoo_folder


def find(folder, *fine_tunes, base=None):
    return find_models(DraftRequest(fine_tunes, tasks=("any",), base=base), folder)


def copied(path, name, **config):
    shutil.copytree(zoo_folder(name), path)
    file = path / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **config}))
    return str(path)


def test_base_and_fine_tunes_are_found_and_named_from_the_recipe(tmp_path):
    french = copied(tmp_path / "french", "zoo:french", _name_or_path="zoo:base")
    models = find(tmp_path, french, "zoo:reverse")
    assert (models.base, models.names) == ("zoo:base", ("./french", "zoo:reverse"))
    assert f"config.json of {french}, the zoo of zoo:reverse" in models.base_why
    assert not models.chats.applied
    assert models.tokenizer("85")["input_ids"]
    assert models.positions == 256


def test_who_says_nothing_is_told(tmp_path):
    silent = copied(tmp_path / "french", "zoo:french")
    why = find(tmp_path, silent, "zoo:reverse").base_why
    assert why.endswith(f"({silent} says nothing of its base)")
    with pytest.raises(UserError, match="say --base"):
        find(tmp_path, silent)
    assert "as --base says" in find(tmp_path, silent, base="zoo:base").base_why


def test_the_base_is_no_fine_tune(tmp_path):
    with pytest.raises(UserError, match="zoo:base is the base itself"):
        find(tmp_path, "zoo:base", "zoo:french")
    with pytest.raises(UserError, match="zoo:french is the base itself"):
        find(tmp_path, "zoo:reverse", "zoo:french", base="zoo:french")


def test_a_base_that_is_nowhere_is_told(tmp_path):
    with pytest.raises(ParentError, match=r"no such folder.*as --base says"):
        find(tmp_path, "zoo:french", base=str(tmp_path / "none"))
    claiming = copied(tmp_path / "french", "zoo:french", _name_or_path="outputs/checkpoint-100")
    with pytest.raises(ParentError, match=r"outputs/checkpoint-100: .*config.json of .*say --base"):
        find(tmp_path, claiming)
