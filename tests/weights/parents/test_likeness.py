import pytest
import torch

from evomerge.errors import ParentError
from evomerge.weights import check_alike, open_parent
from tests.tiny import tiny_tensors


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
