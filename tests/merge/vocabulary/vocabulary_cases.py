"""Parents with other tokens than the base, merged token by token."""

import torch
from transformers import AutoTokenizer

from evomerge.recipe import parse_recipe
from evomerge.weights import Checkpoint

BY_TOKEN = ("model.embed_tokens.weight", "lm_head.weight")


SUM = "parameters: {normalize: false}\n"


def recipe_of(folder, *models, base=None, more=""):
    """A plain sum, in which each row shows what it is made of."""
    listed = ", ".join(f"{{model: {folder / name}}}" for name in models)
    of = f"base_model: {folder / base}\n" if base else ""
    text = f"merge_method: linear\n{of}models: [{listed}]\n{SUM}{more}"
    return parse_recipe(text.replace("AT/", f"{folder}/"), "r.yaml")


def ids_of(folder, name):
    return AutoTokenizer.from_pretrained(folder / name).get_vocab()


def check_rows(folder, models, base=None, out="out"):
    """Every row of the offspring is the sum of its parents' rows, by the documented defaults."""
    known = {name: ids_of(folder, name) for name in models}
    mine, made = ids_of(folder, out), Checkpoint(folder / out)
    for tensor in BY_TOKEN:
        rows = {name: Checkpoint(folder / name).tensor(tensor) for name in models}
        for token, number in mine.items():
            having = [n for n in models if known[n].get(token, len(rows[n])) < len(rows[n])]
            if base in having:
                default = rows[base][known[base][token]]
            else:
                default = torch.stack([rows[n][known[n][token]] for n in having]).mean(0)
            expected = sum(rows[n][known[n][token]] if n in having else default for n in models)
            assert torch.allclose(made.tensor(tensor)[number], expected, atol=1e-5), token
    return made, mine
