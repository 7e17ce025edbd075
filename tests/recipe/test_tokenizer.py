"""The keys of mergekit's files that say what becomes of tokenizers."""

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import load_recipe, parse_recipe, recipe_from
from evomerge.recipe.names import pin, rename
from evomerge.recipe.tokenizer import RowOf, ZeroRow

TEXT = """
merge_method: linear
models: [{model: a}, {model: b}]
tokenizer:
  source: a
  tokens:
    <|im_start|>: {source: a}
    <|eot_id|>: {source: b, force: true}
    <new>: {source: {kind: zero}}
    <like>: {source: {kind: model_token, model: b, token: <old>}}
    <five>: {source: {kind: model_token, model: b, token_id: 5}}
  pad_to_multiple_of: 64
chat_template: chatml
"""


def test_all_that_mergekit_documents_is_read():
    recipe = parse_recipe(TEXT)
    settings = recipe.vocabulary
    assert settings.source == settings.tokens["<|im_start|>"].source == "a"
    assert settings.tokens["<|eot_id|>"].force
    assert isinstance(settings.tokens["<new>"].source, ZeroRow)
    like, five = (settings.tokens[token].source for token in ("<like>", "<five>"))
    assert like == RowOf(kind="model_token", model="b", token="<old>")
    assert five.token_id == 5
    assert settings.pad_to_multiple_of == 64
    assert recipe_from(recipe.plain()) == recipe


def test_the_short_key_says_the_same():
    text = "merge_method: linear\nmodels: [{model: a}]\n"
    short, long = "tokenizer_source: union", "tokenizer: {source: union}"
    assert parse_recipe(text + short).vocabulary == parse_recipe(text + long).vocabulary
    assert parse_recipe(text + "tokenizer: {}").vocabulary.source == "union"
    assert parse_recipe(text).vocabulary is None
    assert parse_recipe(text + "tokenizer: {source: union, tokens: }").vocabulary.tokens == {}


def test_a_token_is_any_text():
    text = "merge_method: linear\nmodels: [{model: a}]\ntokenizer: {tokens: {'  ': {source: a}}}"
    assert parse_recipe(text).vocabulary.tokens["  "].source == "a"
    with pytest.raises(RecipeError, match="at least 1 character"):
        parse_recipe(text.replace("'  '", "''"))


@pytest.mark.parametrize(
    "more, problem",
    [
        ("tokenizer: {}\ntokenizer_source: base", "either tokenizer or tokenizer_source"),
        ("tokenizer: {tokens: {x: {force: true}}}", "force needs a source"),
        ("tokenizer: {pad_to_multiple_of: 0}", "pad_to_multiple_of"),
        ("tokenizer: {padto: 8}", "unknown key 'tokenizer.padto'"),
        (
            "tokenizer: {tokens: {x: {source: {kind: model_token, model: a}}}}",
            "either token or token_id",
        ),
        ("tokenizer_source: ''", "must not be empty"),
    ],
)
def test_what_is_wrong_is_told(more, problem):
    with pytest.raises(RecipeError, match=problem):
        parse_recipe(f"merge_method: linear\nmodels: [{{model: a}}]\n{more}")


def test_paths_and_names_are_exchanged_wherever_they_stand(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    (tmp_path / "recipe.yaml").write_text(TEXT)
    settings = load_recipe(tmp_path / "recipe.yaml").vocabulary
    assert settings.source == settings.tokens["<|im_start|>"].source == str(tmp_path / "a")
    assert settings.tokens["<like>"].source.model == str(tmp_path / "b")
    assert settings.tokens["<like>"].source.token == "<old>"
    plain = rename(parse_recipe(TEXT).plain(), {"a": "A", "b": "B"})["tokenizer"]
    assert plain["source"] == plain["tokens"]["<|im_start|>"]["source"] == "A"
    assert plain["tokens"]["<five>"]["source"]["model"] == "B"
    recipe = parse_recipe(TEXT)
    final = pin(recipe, {"a": "x/a@1", "b": "x/b@2"}, {"a": "0" * 64, "b": "1" * 64})
    assert final.vocabulary.source == "x/a@1"
    assert set(final.pins) == {"x/a@1", "x/b@2"}


def test_base_and_union_are_no_words_but_for_whose_tokenizer_it_is(tmp_path):
    """Folders of these names are models wherever else they stand."""
    for name in ("base", "union"):
        (tmp_path / name).mkdir()
    file = tmp_path / "recipe.yaml"
    file.write_text(
        "merge_method: linear\nbase_model: base\nmodels: [{model: base}, {model: union}]\n"
        "tokenizer: {source: union, tokens: {x: {source: base}, y: {source: {kind: model_token,"
        " model: union, token_id: 1}}}}\n"
    )
    recipe = load_recipe(file)
    base, union = str(tmp_path / "base"), str(tmp_path / "union")
    assert recipe.parent_names == (base, union)
    assert recipe.vocabulary.source == "union"
    rows = recipe.vocabulary.tokens
    assert (rows["x"].source, rows["y"].source.model) == (base, union)
    file.write_text("merge_method: linear\nmodels: [{model: base}]\ntokenizer_source: base\n")
    assert load_recipe(file).vocabulary.source == "base"


def test_long_names_of_models_are_looked_up_as_well(tmp_path):
    (tmp_path / "a").mkdir()
    long = "{model: {path: a}}"
    (tmp_path / "recipe.yaml").write_text(
        TEXT.replace("source: a\n", f"source: {long}\n").replace("source: a}", f"source: {long}}}")
    )
    settings = load_recipe(tmp_path / "recipe.yaml").vocabulary
    assert settings.source == settings.tokens["<|im_start|>"].source == str(tmp_path / "a")
