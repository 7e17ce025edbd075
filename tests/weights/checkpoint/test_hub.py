from huggingface_hub.utils import filter_repo_objects

from evomerge.weights.checkpoint import hub
from evomerge.weights.checkpoint.files import (
    GENERATION_CONFIG,
    PROCESSOR_FILES,
    TOKENIZER_FILES,
)
from evomerge.weights.checkpoint.hub import FILES, NOT_FILES, SMALL_FILES


def test_what_is_a_hub_id():
    assert all(map(hub.is_repo_id, ["org/model-7B_v1.0", "gpt2", "t5-small"]))
    assert not any(
        map(hub.is_repo_id, ["", "model/", "/abs/path", "a/b/c", "./a/b", "a/..", "~/x"])
    )


def fetched(names, patterns):
    return [*filter_repo_objects(names, allow_patterns=patterns, ignore_patterns=NOT_FILES)]


def test_the_hub_gives_what_is_copied_and_no_pickles():
    small = ["config.json", "modeling.py", GENERATION_CONFIG, *TOKENIZER_FILES, *PROCESSOR_FILES]
    weights = ["model.safetensors", "model.safetensors.index.json"]
    assert fetched([*small, *weights], FILES) == [*small, *weights]
    assert fetched(small, SMALL_FILES) == small
    other = ["pytorch_model.bin", "x/tokenizer.json", "model.gguf", "README.md"]
    assert fetched(other, FILES) == []
    assert fetched(weights[:1], SMALL_FILES) == []
    assert all(map(hub.is_fetched, [*small, *weights, "1_Pooling/config.json"]))
    assert not any(map(hub.is_fetched, [*other, "recipe.yaml", "adapters/a/adapter_config.json"]))
