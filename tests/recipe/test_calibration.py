import hashlib

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import load_recipe, parse_recipe

RECIPE = "merge_method: fisher\nmodels: [{model: a}]\ncalibration: {texts: t.txt, KEYS}\n"


def test_texts_are_known_by_their_hash(tmp_path):
    (tmp_path / "t.txt").write_bytes(b"one\ntwo\n")
    file = tmp_path / "r.yaml"
    file.write_text(RECIPE.replace("KEYS", "length: 7"))
    settings = load_recipe(file).calibration
    assert settings.texts == str(tmp_path / "t.txt")
    assert settings.length == 7
    assert settings.sha256 == hashlib.sha256(b"one\ntwo\n").hexdigest()


def test_a_hash_that_the_recipe_has_stays(tmp_path):
    (tmp_path / "t.txt").write_bytes(b"other\n")
    file = tmp_path / "r.yaml"
    file.write_text(RECIPE.replace("KEYS", "sha256: abc"))
    assert load_recipe(file).calibration.sha256 == "abc"


def test_a_text_has_a_token_or_more():
    with pytest.raises(RecipeError, match=r"calibration\.length: .* greater than or equal to 1"):
        parse_recipe(RECIPE.replace("KEYS", "length: 0"))
