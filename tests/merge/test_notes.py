"""What a merge ignores, leaves out or adds is told before it is done."""

import json

import evomerge
from evomerge.merge.notes import notes
from evomerge.merge.parents import open_parents
from evomerge.recipe import parse_recipe
from evomerge.weights import Checkpoint
from tests.tokenized import shuffled, tokenized_model, tokenizer
from tests.weights.adapters.test_adapted import pair, write_adapter


def told(text):
    recipe = parse_recipe(text)
    return notes(recipe, open_parents(recipe))


def linear(*models, more=""):
    listed = ", ".join(f"{{model: {model}}}" for model in models)
    return f"merge_method: linear\nmodels: [{listed}]\n{more}"


def generation(folder, **settings):
    (folder / "generation_config.json").write_text(json.dumps(settings))


def test_nothing_is_said_of_models_that_are_alike(tmp_path):
    a, b = (tokenized_model(tmp_path / n, tokenizer(), seed) for seed, n in enumerate("ab"))
    assert told(linear(a, b)) == []


def test_a_formula_is_shown_as_it_is_read_with_its_parameters(tmp_path):
    a, b = (tokenized_model(tmp_path / n, tokenizer(), seed) for seed, n in enumerate("ab"))
    spelt = '{formula: "v=w*d; b + (l*sum(v))", names: {w: 0.5}}'
    text = f"merge_method: {spelt}\nbase_model: {a}\nmodels: [{{model: {b}}}]"
    assert told(text) == [
        "formula: b + l * sum(w * d); it takes w (each model, 0.5), l (1); by its defaults one "
        "model alone is another model, and it scales with the models"
    ]


def test_tokens_that_are_mixed_are_told(tmp_path):
    words = tokenizer()
    a = tokenized_model(tmp_path / "a", words, 0)
    b = tokenized_model(tmp_path / "b", shuffled(words, 1), 1)
    (line,) = told(linear(a, b))
    assert line.startswith(f"vocabulary: {b}: ")
    assert f"tokens stand in the rows of others in {a}" in line


def test_a_quantization_that_whole_tensors_do_not_have_is_left_out_and_told(tmp_path):
    coded = {"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True}}
    a = tokenized_model(tmp_path / "a", tokenizer(), 0, **coded)
    b = tokenized_model(tmp_path / "b", tokenizer(), 1)
    assert told(linear(a, b)) == [
        f"{a}: quantization_config in config.json is left out: its tensors are whole"
    ]
    evomerge.merge(parse_recipe(linear(a, b)), tmp_path / "out")
    assert "quantization_config" not in Checkpoint(tmp_path / "out").config


def test_ends_of_answers_are_those_of_the_model_that_gives_the_tokenizer(tmp_path):
    words = tokenizer(added=["<|end|>"])
    end = words.token_to_id("<|end|>")
    base = tokenized_model(tmp_path / "base", words, 0)
    chat = tokenized_model(tmp_path / "chat", words, 1, eos_token_id=[1, end])
    generation(tmp_path / "base", eos_token_id=1, temperature=0.5)
    generation(tmp_path / "chat", eos_token_id=[1, end], temperature=0.25)
    asked = linear(chat, more=f"base_model: {base}\ntokenizer_source: {chat}").replace(
        "linear", "task_arithmetic"
    )
    evomerge.merge(parse_recipe(asked), tmp_path / "out")
    made = json.loads((tmp_path / "out" / "generation_config.json").read_text())
    assert made == {"eos_token_id": [1, end], "temperature": 0.25}
    assert Checkpoint(tmp_path / "out").config["eos_token_id"] == [1, end]
    plain = asked.replace(f"tokenizer_source: {chat}", "")
    assert told(plain) == [
        f"{chat}: ends its answers at token {end} too, which ends none of the offspring's; "
        f"tokenizer_source: {chat} takes its tokenizer and its ends"
    ]
    evomerge.merge(parse_recipe(plain), tmp_path / "plain")
    made = json.loads((tmp_path / "plain" / "generation_config.json").read_text())
    assert made == {"eos_token_id": 1, "temperature": 0.5}


def test_a_tokenizer_whose_end_ends_no_answer_is_told(tmp_path):
    words = tokenizer(added=["<|end|>"])
    base = tokenized_model(tmp_path / "base", words, 0)
    chat = tokenized_model(tmp_path / "chat", words, 1)
    settings = json.loads((tmp_path / "chat" / "tokenizer_config.json").read_text())
    path = tmp_path / "chat" / "tokenizer_config.json"
    path.write_text(json.dumps({**settings, "eos_token": "<|end|>"}))
    lines = told(linear(base, chat, more=f"tokenizer_source: {chat}"))
    end = words.token_to_id("<|end|>")
    assert any(
        f"ends texts with <|end|> ({end}), but its answers end at token 1" in x for x in lines
    )


def test_the_tokenizer_of_an_adapter_is_its_own(tmp_path):
    base = tokenized_model(tmp_path / "base", tokenizer(), 0)
    tokenized_model(tmp_path / "other", tokenizer(added=["<x>"]), 1)
    adapter = write_adapter(tmp_path / "adapter", pair())
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (adapter / name).write_bytes((tmp_path / "other" / name).read_bytes())
    recipe = parse_recipe(linear(base, f"{base}+{adapter}"))
    parents = open_parents(recipe)
    assert parents[f"{base}+{adapter}"].tokenizer_folder == adapter
    assert parents[base].tokenizer_folder == tmp_path / "base"
