"""What goes wrong with models: each function plants a cause into a folder."""

import json

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

SUMS = "\n\n".join(f"{n} + {n % 7 + 31} in digits = {n + n % 7 + 31}" for n in range(12, 60))
"""What zoo:arithmetic was trained on."""
LIKE = "zoo:arithmetic"
UP = "model.layers.2.mlp.up_proj.weight"
NORM = "model.norm.weight"
PLAIN = "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}\n{% endfor %}"
CHATML = "{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}"


def weights(folder, change):
    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def written(folder, name, **changes):
    file = folder / name
    plain = json.loads(file.read_text()) | changes
    file.write_text(json.dumps({key: value for key, value in plain.items() if value is not None}))


def not_finite(folder):
    def change(tensors):
        tensors[UP][3, 4:7] = torch.nan

    weights(folder, change)


def summed(folder):
    def change(tensors):
        tensors[UP] *= 2

    weights(folder, change)


def left_out(folder):
    def change(tensors):
        tensors[UP] *= 0.25

    weights(folder, change)


def with_tokens(folder, tokens):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.add_special_tokens(tokens)
    tokenizer.save(str(folder / "tokenizer.json"))


def more_tokens(folder):
    with_tokens(folder, [f"<new{n}>" for n in range(9)])


def numbered_otherwise(folder):
    file = folder / "tokenizer.json"
    plain = json.loads(file.read_text())
    vocabulary = plain["model"]["vocab"]
    fixed = {token["content"] for token in plain["added_tokens"]}
    moved = [token for token in vocabulary if token not in fixed]
    numbers = [vocabulary[token] for token in moved]
    vocabulary |= dict(zip(moved, [*numbers[1:], numbers[0]], strict=True))
    file.write_text(json.dumps(plain))


def no_tokenizer(folder):
    for file in folder.glob("token*"):
        file.unlink()


def no_such_end(folder):
    written(folder, "generation_config.json", eos_token_id=999)


def another_end(folder):
    written(folder, "config.json", eos_token_id=5)
    written(folder, "generation_config.json", eos_token_id=5)


def no_end(folder):
    written(folder, "config.json", eos_token_id=None)
    written(folder, "generation_config.json", eos_token_id=None)


def broken_template(folder):
    (folder / "chat_template.jinja").write_text("{% for m in messages %}{{ m }")


def anothers_template(folder):
    (folder / "chat_template.jinja").write_text(CHATML)


def endless_template(folder):
    with_tokens(folder, ["<|im_start|>", "<|im_end|>"])
    anothers_template(folder)
    weights(folder, _with_rows)
    written(folder, "config.json", vocab_size=356)


def _with_rows(tensors):
    table = tensors["model.embed_tokens.weight"]
    tensors["model.embed_tokens.weight"] = torch.cat([table, table[-2:]])


def untied(folder):
    def change(tensors):
        tensors["lm_head.weight"] = tensors["model.embed_tokens.weight"] * 0.9

    weights(folder, change)


def without_head(folder):
    written(folder, "config.json", tie_word_embeddings=False)


def rotation(folder):
    written(folder, "config.json", rope_parameters={"rope_type": "default", "rope_theta": 5e5})


def heads(folder):
    written(folder, "config.json", num_attention_heads=8, num_key_value_heads=8, head_dim=12)


def sizes(folder):
    written(folder, "config.json", intermediate_size=128)


def flat(folder):
    def change(tensors):
        tensors[NORM] *= 0.01

    weights(folder, change)


def spiked(folder):
    def change(tensors):
        tensors[NORM] *= 100

    weights(folder, change)


def layers_swapped(folder):
    """All sizes stay within a few percent, and nothing fits."""

    def change(tensors):
        for name in [*tensors]:
            if ".layers.0." in name:
                other = name.replace(".0.", ".3.")
                tensors[name], tensors[other] = tensors[other], tensors[name]

    weights(folder, change)
