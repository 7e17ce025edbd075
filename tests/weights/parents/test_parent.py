import json

import pytest
import torch

from evomerge.errors import ParentError
from evomerge.weights import check_alike, open_parent
from evomerge.weights.checkpoint import hub
from tests.tiny import tiny_tensors, write_model


def test_parents_that_fit_together_pass(make_model):
    """Types and values may differ; one tensor more may not."""
    a, b = open_parent(make_model("a", 0)), open_parent(make_model("b", 1, torch.bfloat16))
    check_alike([a, b])
    more = open_parent(make_model("c", 2, tensors={"model.extra.weight": torch.zeros(2)}))
    with pytest.raises(ParentError, match=r"model\.extra\.weight is one too many"):
        check_alike([a, b, more])


@pytest.mark.parametrize(
    "changes, problem",
    [
        (
            {"tensors": {"model.norm.weight": torch.zeros(9)}},
            r"model.norm.weight is \[9\], not \[8\]",
        ),
        ({"without": ["model.norm.weight"]}, "model.norm.weight is missing"),
        ({"tensors": {"score.weight": torch.zeros(2, 8)}}, "score.weight is one too many"),
        ({"tie_word_embeddings": False}, "tie_word_embeddings is False, not True"),
        (
            {"model_type": "mistral"},
            "model_type is 'mistral', not 'llama'; only models of one architecture",
        ),
        (
            {"num_attention_heads": 4},
            "num_attention_heads is 4, not 2, in config.json; the same weights would compute",
        ),
    ],
)
def test_parents_that_do_not_are_told_by_the_first_difference(make_model, changes, problem):
    first, other = open_parent(make_model("a")), open_parent(make_model("b", **changes))
    with pytest.raises(ParentError, match=problem):
        check_alike([first, other])


@pytest.mark.parametrize(
    "ours, theirs",
    [
        ({"rope_theta": 1e4}, {"rope_parameters": {"rope_theta": 5e5}}),
        (
            {"model_type": "mine", "text_config": {"rope_theta": 1e4}},
            {"model_type": "mine", "text_config": {"rope_parameters": {"rope_theta": 5e5}}},
        ),
        (
            {"model_type": "mine", "text_config": {"num_heads": 2}},
            {"model_type": "mine", "text_config": {"num_heads": 4}},
        ),
    ],
)
def test_settings_are_found_wherever_transformers_keeps_them(make_model, ours, theirs):
    first, same = (open_parent(make_model(name, **ours)) for name in ("a", "same"))
    check_alike([first, same])
    with pytest.raises(ParentError, match="does not fit"):
        check_alike([first, open_parent(make_model("b", **theirs))])


def test_sizes_that_differ_are_named(make_model):
    tensors = {"model.norm.weight": torch.zeros(9)}
    other = make_model("b", tensors=tensors, hidden_size=9, vision_config={"depth": 3})
    first = make_model("a", vision_config={"depth": 2})
    with pytest.raises(ParentError) as caught:
        check_alike([open_parent(first), open_parent(other)])
    assert "hidden_size is 9, not 8, in config.json" in str(caught.value)
    assert "vision_config.depth is 3, not 2, in config.json" in str(caught.value)


def test_a_few_differences_are_shown_and_the_rest_counted(make_model):
    tensors = {name: torch.zeros(1) for name in tiny_tensors(0)}
    with pytest.raises(ParentError) as caught:
        check_alike([open_parent(make_model("a")), open_parent(make_model("b", tensors=tensors))])
    assert f"{len(tensors)} tensors differ" in str(caught.value)
    assert f"and {len(tensors) - 3} more" in str(caught.value)


def test_quantized_parents_are_refused(make_model):
    codes = {"model.layers.0.mlp.up_proj.qweight": torch.zeros(4, 4, dtype=torch.int32)}
    settings = {"quant_method": "gptq"}
    name = make_model("q", tensors=codes, quantization_config=settings)
    with pytest.raises(ParentError, match=r"up_proj.qweight is quantized \(gptq\); dequantize"):
        open_parent(name)
    open_parent(make_model("dequantized", quantization_config=settings))


@pytest.mark.parametrize(
    "name, problem",
    [
        ("/nowhere/at/all", "no such folder, and not a Hub id"),
        ("zoo:unicorn", "the zoo has zoo:arithmetic, zoo:base"),
        ("../escape/model", "not a Hub id"),
    ],
)
def test_names_that_lead_nowhere_are_told(name, problem):
    with pytest.raises(ParentError, match=problem):
        open_parent(name)


def test_a_model_without_a_config_is_refused(tmp_path):
    folder = write_model(tmp_path / "m", tiny_tensors(0))
    (folder / "config.json").unlink()
    with pytest.raises(ParentError, match=r"config.json: cannot be read"):
        open_parent(str(folder))
    (folder / "config.json").write_text("{")
    with pytest.raises(ParentError, match="not valid JSON"):
        open_parent(str(folder))


def hub_cache(root, repo, commit, branch):
    """The Hub's cache as it stands after a download, made of a tiny model."""
    repository = root / f"models--{repo.replace('/', '--')}"
    write_model(repository / "snapshots" / commit, tiny_tensors(0))
    (repository / "refs").mkdir()
    (repository / "refs" / branch).write_text(commit)


def test_hub_models_come_from_the_cache_and_are_pinned(tmp_path, monkeypatch):
    commit = "0123456789abcdef0123456789abcdef01234567"
    hub_cache(tmp_path, "org/model", commit, "main")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    for name in ("org/model", "org/model@main", f"org/model@{commit}"):
        parent = open_parent(name)
        assert parent.pinned == f"org/model@{commit}"
        assert json.loads((parent.folder / "config.json").read_text())["model_type"] == "llama"
    with pytest.raises(ParentError, match="org/other"):
        open_parent("org/other@main")


def test_what_is_a_hub_id():
    assert all(map(hub.is_repo_id, ["org/model-7B_v1.0", "gpt2", "t5-small"]))
    assert not any(
        map(hub.is_repo_id, ["", "model/", "/abs/path", "a/b/c", "./a/b", "a/..", "~/x"])
    )


def test_a_tensor_whose_values_were_left_in_other_processes_is_told(make_model):
    name = make_model("m", tensors={"model.layers.1.mlp.up_proj.weight": torch.zeros(0)})
    with pytest.raises(ParentError, match=r"up_proj.weight has no elements; .*Save the gathered"):
        open_parent(name)


def test_a_quantization_of_a_part_is_left_out_too(make_model):
    coded = {"quantization_config": {"quant_method": "bitsandbytes"}}
    parent = open_parent(make_model("m", text_config={"hidden_size": 8, **coded}))
    assert parent.config["text_config"] == {"hidden_size": 8}
    assert parent.notes == (
        "text_config.quantization_config in config.json is left out: its tensors are whole",
    )
