import torch

from evomerge.merge.merging import merge
from evomerge.weights import Checkpoint
from tests.merge.vocabulary.vocabulary_cases import BY_TOKEN, ids_of, recipe_of


def row(folder, name, token, tensor):
    return Checkpoint(folder / name).tensor(tensor)[ids_of(folder, name)[token]]


def test_single_tokens_are_taken_from_where_the_recipe_says(folder):
    settings = """
tokenizer:
  source: union
  tokens:
    "<new>": {source: {kind: zero}}
    "<like>": {source: {kind: model_token, model: AT/chat, token: "<|im_start|>"}}
    "<fifth>": {source: {kind: model_token, model: AT/chat, token_id: 5}}
    "[PAD]": {source: AT/pad}
    "</s>": {source: AT/chat, force: true}
"""
    recipe = recipe_of(folder, "base", "chat", "pad", base="base", more=settings)
    merge(recipe, folder / "out")
    mine, made = ids_of(folder, "out"), Checkpoint(folder / "out")
    for tensor in BY_TOKEN:
        rows = {token: made.tensor(tensor)[number] for token, number in mine.items()}
        chat = Checkpoint(folder / "chat").tensor(tensor)
        start = row(folder, "chat", "<|im_start|>", tensor)
        pads = [row(folder, name, "[PAD]", tensor) for name in ("pad", "chat")]
        assert torch.equal(rows["<new>"], torch.zeros(8))
        assert torch.allclose(rows["<like>"], 3 * start)
        assert torch.allclose(rows["<fifth>"], 3 * chat[5])
        assert torch.allclose(rows["[PAD]"], 2 * pads[0] + pads[1], atol=1e-6)
        assert torch.allclose(rows["</s>"], 3 * row(folder, "chat", "</s>", tensor))
