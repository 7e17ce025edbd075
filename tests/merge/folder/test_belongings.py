"""What belongs to a model comes along, or is said to be missing."""

import json
from pathlib import Path

import pytest
from transformers import AutoModelForCausalLM, LlamaConfig

import evomerge
from evomerge.merge.folder.belongings import belongings
from evomerge.recipe import parse_recipe
from tests.tiny import CONFIG, tiny_tensors, write_model

POOLING = "sentence_transformers.models.Pooling"

NO_LICENCE = "caution: licence: a, b: none is said"


def linear(*models):
    listed = ", ".join(f"{{model: {model}}}" for model in models)
    return parse_recipe(f"merge_method: linear\nmodels: [{listed}]")


def merged(tmp_path, *models):
    told = []
    evomerge.merge(linear(*models), tmp_path / "out", tell=told.append)
    return tmp_path / "out", told


def with_code(folder, seed):
    config = {
        **CONFIG,
        "model_type": "my_llama",
        "architectures": ["MyModel"],
        "auto_map": {"AutoConfig": "my_config.MyConfig", "AutoModelForCausalLM": "my.MyModel"},
    }
    write_model(folder, tiny_tensors(seed), config)
    (folder / "my_config.py").write_text(
        "from transformers import LlamaConfig\n"
        "class MyConfig(LlamaConfig):\n    model_type = 'my_llama'\n"
    )
    (folder / "my.py").write_text(
        "from transformers import LlamaForCausalLM\nfrom .more import NAME\n"
        "from .my_config import MyConfig\n"
        "class MyModel(LlamaForCausalLM):\n    config_class = MyConfig\n"
    )
    (folder / "more.py").write_text("NAME = 'more'\n")
    (folder / "train.py").write_text("raise SystemExit('was run')\n")
    return folder


def test_code_that_a_config_names_is_copied_with_what_it_imports(tmp_path):
    a, b = (with_code(tmp_path / name, seed) for seed, name in enumerate("ab"))
    out, told = merged(tmp_path, a, b)
    assert {file.name for file in out.glob("*.py")} == {"my.py", "my_config.py", "more.py"}
    made = AutoModelForCausalLM.from_pretrained(out, trust_remote_code=True)
    assert type(made).__name__ == "MyModel"
    assert any("was not loaded to verify it" in line for line in told)


def test_code_that_is_not_there_is_said_to_be_missing(tmp_path):
    a, b = (with_code(tmp_path / name, seed) for seed, name in enumerate("ab"))
    for folder in (a, b):
        (folder / "my.py").unlink()
    _, told = merged(tmp_path, a, b)
    assert f"auto_map names my.py, which {a} does not have; get it there" in told


def test_code_of_another_repository_stays_there(tmp_path):
    found = belongings(tmp_path, tmp_path, [], [{"auto_map": {"AutoModel": "org/repo--my.Model"}}])
    assert (found.files, found.notes) == ({}, ())


def with_sentences(folder, seed, mean=True, modules=("1_Pooling", "2_Dense")):
    write_model(folder, tiny_tensors(seed))
    entries = [{"idx": 0, "name": "0", "path": "", "type": "Transformer"}]
    entries += [{"path": path, "type": POOLING} for path in modules]
    (folder / "modules.json").write_text(json.dumps(entries))
    (folder / "config_sentence_transformers.json").write_text('{"prompts": {"query": "q: "}}')
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 64}')
    for name in ("1_Pooling", "2_Dense"):
        (folder / name).mkdir()
        (folder / name / "config.json").write_text(json.dumps({"mean": mean}))
    (folder / "2_Dense" / "model.safetensors").write_bytes(b"weights of " + folder.name.encode())
    return folder


def test_what_sentence_transformers_puts_behind_a_model_comes_along(tmp_path):
    a, b = (with_sentences(tmp_path / name, seed) for seed, name in enumerate("ab"))
    out, told = merged(tmp_path, a, b)
    for name in (
        "modules.json",
        "config_sentence_transformers.json",
        "sentence_bert_config.json",
        "1_Pooling/config.json",
        "2_Dense/config.json",
        "2_Dense/model.safetensors",
    ):
        assert (out / name).read_bytes() == (a / name).read_bytes()
    assert told == [f"2_Dense/model.safetensors is not merged: it is that of {a}", NO_LICENCE]
    manifest = json.loads((out / "manifest.json").read_text())
    assert "1_Pooling/config.json" in manifest["files"]


def test_another_pooling_is_told(tmp_path):
    a = with_sentences(tmp_path / "a", 0, modules=["1_Pooling"])
    b = with_sentences(tmp_path / "b", 1, mean=False, modules=["1_Pooling"])
    _, told = merged(tmp_path, a, b)
    assert told == [
        f"{b}: has other files for sentence-transformers than {a}, whose are kept",
        NO_LICENCE,
    ]


@pytest.mark.parametrize("path", ["../outside", "/etc", "x/../../outside"])
def test_modules_outside_of_the_folder_are_left_there(tmp_path, path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "config.json").write_text("{}")
    folder = with_sentences(tmp_path / "a", 0, modules=[path])
    found = belongings(folder, folder, [], [])
    assert all(Path(file).is_relative_to(folder) for file in found.files.values())
    assert not any("outside" in name or name.startswith("/") for name in found.files)


def test_what_the_model_of_the_tokenizer_lacks_is_the_templates(tmp_path):
    giver, template = tmp_path / "giver", tmp_path / "template"
    for folder in (giver, template):
        (folder / "additional_chat_templates").mkdir(parents=True)
    (giver / "preprocessor_config.json").write_text("1")
    (template / "preprocessor_config.json").write_text("2")
    (template / "processor_config.json").write_text("3")
    (giver / "additional_chat_templates" / "tools.jinja").write_text("{{ 1 }}")
    found = belongings(giver, template, [], [])
    assert found.files == {
        "preprocessor_config.json": giver / "preprocessor_config.json",
        "processor_config.json": template / "processor_config.json",
        "additional_chat_templates/tools.jinja": giver / "additional_chat_templates/tools.jinja",
    }


@pytest.mark.parametrize("path", [".", "./", ""])
def test_the_model_itself_is_no_module_behind_it(tmp_path, path):
    folder = with_sentences(tmp_path / "a", 0, modules=[path])
    found = belongings(folder, folder, [], [])
    assert not any(name in found.files for name in ("model.safetensors", "config.json"))


@pytest.mark.parametrize("module", ["/etc/secret", "../x", "sub/y", "a b"])
def test_code_outside_of_the_folder_is_not_copied(tmp_path, module):
    found = belongings(tmp_path, tmp_path, [], [{"auto_map": {"AutoModel": f"{module}.Model"}}])
    assert found.files == {}
    assert found.notes == (
        f"auto_map names {module!r}, which is no module of the folder; left out",
    )


@pytest.mark.parametrize("text", ["null", "12", "{", '[1, {"path": 3}]'])
def test_a_strange_list_of_modules_is_no_error(tmp_path, text):
    (tmp_path / "modules.json").write_text(text)
    assert belongings(tmp_path, tmp_path, [], []).files.keys() == {"modules.json"}


def test_what_a_class_reads_beside_its_config_is_the_templates(tmp_path, monkeypatch):
    monkeypatch.setattr(LlamaConfig, "extra_config_files", ("head_config.json",), raising=False)
    a, b = (write_model(tmp_path / n, tiny_tensors(seed)) for seed, n in enumerate("ab"))
    for folder in (a, b):
        (folder / "head_config.json").write_text(json.dumps({"of": folder.name}))
        (folder / "spk_dict.pt").write_bytes(folder.name.encode())
        (folder / "optimizer.pt").write_bytes(b"")
    out, _ = merged(tmp_path, a, b)
    assert json.loads((out / "head_config.json").read_text()) == {"of": "a"}
    assert (out / "spk_dict.pt").read_bytes() == b"a"
    assert not (out / "optimizer.pt").exists()
