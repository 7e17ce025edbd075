import json

import pytest
import torch
from tokenizers import Tokenizer

from evomerge.merge.merging import merge
from evomerge.weights import Checkpoint
from tests.merge.vocabulary.vocabulary_cases import (
    BY_TOKEN,
    check_rows,
    recipe_of,
)
from tests.tokenized import tokenized_model, tokenizer


def test_rows_to_spare_of_the_base_stay_where_the_recipe_says_nothing(folder):
    merge(recipe_of(folder, "wide", "pad", base="wide"), folder / "out")
    made, _ = check_rows(folder, ("wide", "pad"), "wide")
    spare = Checkpoint(folder / "wide").tensor(BY_TOKEN[0])[60:]
    assert torch.allclose(made.tensor(BY_TOKEN[0])[60:], 2 * spare)
    assert made.config["vocab_size"] == 64


@pytest.mark.parametrize("source", ["base", "union"])
def test_rows_to_pad_with_are_means(folder, source):
    """As in mergekit, whatever rows to spare the parents have."""
    settings = f"tokenizer: {{source: {source}, pad_to_multiple_of: 16}}"
    merge(recipe_of(folder, "wide", "base", base="wide", more=settings), folder / "out")
    made, mine = check_rows(folder, ("wide", "base"), "wide")
    for tensor in BY_TOKEN:
        rows = made.tensor(tensor).double()
        assert rows.shape == (64, 8)
        mean = rows[: len(mine)].mean(0).expand(64 - len(mine), 8)
        assert torch.allclose(rows[len(mine) :], mean, atol=1e-5)


def test_rows_that_no_token_names_between_others_are_the_bases(folder):
    state = json.loads(tokenizer().to_str())
    numbers = state["model"]["vocab"]
    last = max(numbers, key=numbers.get)
    numbers[last] += 2
    tokenized_model(folder / "holes", Tokenizer.from_str(json.dumps(state)), 6, rows=64)
    recipe = recipe_of(folder, "holes", "base", base="holes", more="tokenizer_source: base")
    merge(recipe, folder / "out")
    made, _ = check_rows(folder, ("holes", "base"), "holes")
    hole = slice(numbers[last] - 2, numbers[last])
    for tensor in BY_TOKEN:
        theirs = Checkpoint(folder / "holes").tensor(tensor)[hole]
        assert torch.allclose(made.tensor(tensor)[hole], 2 * theirs)
