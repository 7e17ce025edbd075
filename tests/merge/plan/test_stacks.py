import pytest

from evomerge.merge.plan.stacks import Stack, Stacks, comes_before_layers

LLAVA = [
    "language_model.lm_head.weight",
    "language_model.model.embed_tokens.weight",
    *(f"language_model.model.layers.{n}.mlp.up_proj.weight" for n in range(3)),
    "multi_modal_projector.linear_1.weight",
    "vision_tower.embeddings.class_embedding",
    *(f"vision_tower.encoder.layers.{n}.mlp.fc1.weight" for n in range(2)),
]
LLAVA_CONFIG = {"text_config": {"num_hidden_layers": 3}, "vision_config": {"num_hidden_layers": 2}}
T5 = [
    "shared.weight",
    *(f"{side}.block.{n}.layer.0.w" for side in ("encoder", "decoder") for n in range(2)),
    "decoder.final_layer_norm.weight",
    "lm_head.weight",
]


@pytest.mark.parametrize(
    "names, config, stacks",
    [
        (
            [*(f"model.layers.{n}.a.weight" for n in range(12)), "lm_head.weight"],
            {"num_hidden_layers": 12},
            [("model.layers", 12)],
        ),
        (["h.0.attn.c_attn.weight", "h.1.attn.c_attn.weight", "wte.weight"], {}, [("h", 2)]),
        (
            ["m.layers.0.experts.0.w", "m.layers.0.experts.7.w", "m.layers.1.x.w"],
            {"n_layer": 2},
            [("m.layers", 2)],
        ),
        (["embedding.weight"], {"num_layers": 3}, []),
        (
            T5,
            {"num_layers": 2, "num_decoder_layers": 2},
            [("encoder.block", 2), ("decoder.block", 2)],
        ),
        (T5, {"num_layers": 2}, [("encoder.block", 2), ("decoder.block", 2)]),
        (
            LLAVA,
            LLAVA_CONFIG,
            [("language_model.model.layers", 3), ("vision_tower.encoder.layers", 2)],
        ),
        # Numbers that are not layers: a projector's steps, heads of several tasks.
        (["x.mlp.0.w", "x.mlp.2.w", "heads.0.w", "b.0.w", "b.1.w"], {"depth": 2}, [("b", 2)]),
    ],
)
def test_stacks_are_found_from_names_and_config(names, config, stacks):
    found = Stacks.of(names, config).each
    assert {(stack.prefix, stack.layers) for stack in found} == set(stacks)


@pytest.mark.parametrize("says, layers", [({"num_nextn_predict_layers": 1}, 3), ({}, 4)])
def test_layers_that_guess_further_tokens_stand_outside(says, layers):
    """As in DeepSeek-V3 and GLM-4.5, where they are numbered behind the others."""
    names = [*(f"model.layers.{n}.a.weight" for n in range(4)), "model.layers.3.eh_proj.weight"]
    (stack,) = Stacks.of(names, {"num_hidden_layers": 3, **says}).each
    assert stack.layers == layers
    assert stack.layer_of(names[-1]) == (None if says else 3)
    assert stack.keys == ((("num_hidden_layers",),) if says else ())
    (stack,) = Stacks.of(names, {"num_hidden_layers": 4, **says}).each
    assert stack.layers == 4


def test_each_stack_knows_where_its_number_of_layers_stands():
    keys = {s.prefix: s.keys for s in Stacks.of(LLAVA, LLAVA_CONFIG).each}
    assert keys == {
        "language_model.model.layers": (("text_config", "num_hidden_layers"),),
        "vision_tower.encoder.layers": (("vision_config", "num_hidden_layers"),),
    }
    t5 = {"num_layers": 2, "num_decoder_layers": 2}
    keys = {s.prefix: s.keys for s in Stacks.of(T5, t5).each}
    assert keys == {
        "encoder.block": (("num_layers",),),
        "decoder.block": (("num_decoder_layers",),),
    }


def test_layers_of_tensors():
    stack = Stack("model.layers", 12)
    assert stack.layer_of("model.layers.3.mlp.experts.5.w1.weight") == 3
    assert stack.layer_of("model.layers.12.mtp.weight") is None
    assert stack.layer_of("model.norm.weight") is None
    assert stack.renamed("model.layers.3.x.4.w", 7) == "model.layers.7.x.4.w"


@pytest.mark.parametrize(
    "names, config, modules",
    [
        (
            LLAVA,
            LLAVA_CONFIG,
            {
                "language_model.lm_head.weight": "text_decoder",
                "language_model.model.layers.0.mlp.up_proj.weight": "text_decoder",
                "multi_modal_projector.linear_1.weight": "multi_modal_projector",
                "vision_tower.embeddings.class_embedding": "vision_tower",
                "vision_tower.encoder.layers.1.mlp.fc1.weight": "vision_tower",
            },
        ),
        (
            T5,
            {"num_layers": 2},
            {
                "shared.weight": "shared",
                "encoder.block.1.layer.0.w": "encoder",
                "decoder.final_layer_norm.weight": "decoder",
                "lm_head.weight": "decoder",
            },
        ),
        (
            [
                "model.layers.0.w",
                "model.layers.1.w",
                "lm_head.weight",
                "visual.blocks.0.w",
                "visual.merger.mlp.0.weight",
                "visual.patch_embed.weight",
            ],
            {"num_hidden_layers": 2, "vision_config": {"depth": 1}},
            {
                "lm_head.weight": "text_decoder",
                "visual.merger.mlp.0.weight": "multi_modal_projector",
                "visual.patch_embed.weight": "vision_tower",
            },
        ),
    ],
)
def test_modules_are_found_from_prefixes(names, config, modules):
    stacks = Stacks.of(names, config)
    assert {name: stacks.module_of(name) for name in modules} == modules


@pytest.mark.parametrize(
    "called, module",
    [
        ("text_decoder", "text_decoder"),
        ("language_model", "text_decoder"),
        ("language_model.model.layers", "text_decoder"),
        ("vision_tower", "vision_tower"),
        ("multi_modal_projector", "multi_modal_projector"),
        ("connector", "multi_modal_projector"),
        ("layers", None),
        ("audio_tower", None),
    ],
)
def test_a_module_may_be_called_by_mergekits_name_or_the_models_own(called, module):
    assert Stacks.of(LLAVA, LLAVA_CONFIG).module_called(called) == module


@pytest.mark.parametrize(
    "before",
    [
        "model.embed_tokens.weight",
        "transformer.wpe.weight",
        "gpt_neox.embed_in.weight",
        "transformer.word_embeddings_layernorm.bias",
        "bert.embeddings.LayerNorm.weight",
        "vision_model.pre_layrnorm.weight",
        "model.encoder.conv1.weight",
        "model.decoder.project_in.weight",
        "backbone.embeddings.weight",
        "visual.patch_embed.proj.weight",
    ],
)
def test_embeddings_come_before_the_layers(before):
    assert comes_before_layers(before)


@pytest.mark.parametrize(
    "behind",
    [
        "lm_head.weight",
        "embed_out.weight",
        "model.norm.weight",
        "transformer.ln_f.bias",
        "gpt_neox.final_layer_norm.weight",
        "vit.layernorm.weight",
        "vision_model.post_layernorm.weight",
        "cls.predictions.transform.dense.weight",
        "model.decoder.project_out.weight",
    ],
)
def test_norms_and_heads_come_behind_them(behind):
    assert not comes_before_layers(behind)


def test_the_only_stacks_module_has_mergekits_name_too():
    alone = Stacks.of(["model.layers.0.w", "model.layers.1.w"], {"num_hidden_layers": 2})
    assert alone.module_called("default") == "text_decoder"
    assert Stacks.of(LLAVA, LLAVA_CONFIG).module_called("default") is None
