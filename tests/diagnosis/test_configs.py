"""What config.json makes of the weights: something else than of the parents', or nothing."""

import pytest

from evomerge import merge
from evomerge.diagnosis.configs import read_otherwise, unreadable
from evomerge.diagnosis.subject import Subject
from evomerge.recipe import recipe_from
from tests.diagnosis import planted
from tests.diagnosis.planted import LIKE, written
from tests.families import save


def found(look, model, *parents):
    return [*look(Subject.of(str(model)), [Subject.of(str(name)) for name in parents])]


def test_a_key_is_told_where_all_parents_differ_from_it(model):
    planted.rotation(model)
    (one,) = found(read_otherwise, model, LIKE, "zoo:base")
    assert one.evidence.startswith("rope_parameters.rope_theta is 500000.0")
    assert found(read_otherwise, model, LIKE, model) == []
    assert found(read_otherwise, model) == []


def test_weights_that_config_json_has_no_place_for_are_told(model):
    assert found(unreadable, model) == []
    planted.sizes(model)
    (one,) = found(unreadable, model)
    assert "config.json makes it" in one.evidence


@pytest.mark.parametrize("family", ["vit", "clip", "bert_base"])
def test_what_is_no_language_model_lacks_nothing_of_one(family, tmp_path):
    save(tmp_path / "model", family, seed=1)
    assert found(unreadable, tmp_path / "model") == []


def test_the_cause_does_not_follow_from_what_a_folder_is_called(model):
    called = model.rename(model.with_name("ties"))
    (called / "generation_config.json").write_text("{")
    (one,) = found(unreadable, called)
    assert one.cause == "weights"


def test_a_type_that_nobody_knows_is_told(model):
    written(model, "config.json", model_type="lama")
    (one,) = found(unreadable, model)
    assert "lama" in one.evidence


def test_a_folder_of_evomerge_that_was_changed_since_is_told(tmp_path):
    plain = {"merge_method": "linear", "models": [{"model": LIKE}]}
    merge(recipe_from(plain), tmp_path / "out")
    assert found(unreadable, tmp_path / "out") == []
    written(tmp_path / "out", "config.json", rms_norm_eps=1e-5)
    (one,) = found(unreadable, tmp_path / "out")
    assert one.cause == "changed files"
    assert "config.json" in one.evidence
