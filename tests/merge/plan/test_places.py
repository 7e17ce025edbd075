import pytest
import torch

from evomerge.merge.plan.places import is_table, places
from evomerge.weights import Spec


@pytest.mark.parametrize(
    "name",
    [
        "model.embed_tokens.weight",
        "transformer.wte.weight",
        "transformer.wpe.weight",
        "gpt_neox.embed_in.weight",
        "shared.weight",
        "bert.embeddings.word_embeddings.weight",
        "bert.embeddings.position_embeddings.weight",
        "model.decoder.embed_positions.weight",
        "model.tok_embeddings.weight",
        "model.language_model.embed_tokens_per_layer.weight",
    ],
)
def test_embeddings_are_tables(name):
    assert is_table(name)


@pytest.mark.parametrize(
    "name",
    [
        "lm_head.weight",
        "embed_out.weight",
        "model.layers.0.mlp.shared_expert.up_proj.weight",
        "vit.embeddings.patch_embeddings.projection.weight",
        "model.layers.3.self_attn.q_proj.weight",
    ],
)
def test_what_multiplies_is_no_table(name):
    assert not is_table(name)


def test_elements_are_counted_from_the_embedding_through_the_layers_to_the_head():
    sizes = {
        "lm_head.weight": 3,
        "model.layers.10.mlp.weight": 5,
        "model.layers.2.mlp.weight": 7,
        "model.embed_tokens.weight": 11,
        "model.norm.weight": 2,
    }
    specs = {name: Spec((size,), torch.float32) for name, size in sizes.items()}
    assert places(specs) == {
        "model.embed_tokens.weight": (0, 28),
        "model.layers.2.mlp.weight": (11, 28),
        "model.layers.10.mlp.weight": (18, 28),
        "lm_head.weight": (23, 28),
        "model.norm.weight": (26, 28),
    }
