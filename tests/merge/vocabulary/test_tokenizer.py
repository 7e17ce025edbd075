import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from evomerge.cores import Cores
from evomerge.merge.merging import merge
from evomerge.merge.parents import open_parents
from tests.live import LiveBank
from tests.merge.vocabulary.vocabulary_cases import check_rows, recipe_of
from tests.tokenized import tokenized_model, tokenizer


def test_what_is_written_loads_and_its_ids_fit(folder):
    """Also where the union is numbered otherwise than the base."""
    settings = "tokenizer: {source: union, pad_to_multiple_of: 16}"
    recipe = recipe_of(folder, "other", "chat", base="other", more=settings)
    merge(recipe, folder / "out")
    words = AutoTokenizer.from_pretrained(folder / "out")
    model, info = AutoModelForCausalLM.from_pretrained(folder / "out", output_loading_info=True)
    assert not any(info.values()), info
    assert model.config.vocab_size == model.get_input_embeddings().num_embeddings
    assert model.config.vocab_size % 16 == 0
    assert max(words.get_vocab().values()) < model.config.vocab_size
    numbers = words("<|im_start|>the cat<x>", return_tensors="pt", add_special_tokens=False)
    assert words.decode(numbers.input_ids[0]) == "<|im_start|>the cat<x>"
    assert torch.isfinite(model(**numbers).logits).all()
    with Cores(1) as cores:
        live = LiveBank(open_parents(recipe), torch.device("cpu")).write(recipe, cores)
    assert torch.equal(live.model(**numbers).logits, model(**numbers).logits)


def test_a_union_of_one_that_has_the_words_of_all(folder):
    tokenized_model(folder / "large", tokenizer(size=58), 6)
    recipe = recipe_of(folder, "pad", "large", base="pad", more="tokenizer_source: union")
    merge(recipe, folder / "out")
    check_rows(folder, ("pad", "large"), "pad")
    words, large = (AutoTokenizer.from_pretrained(folder / name) for name in ("out", "large"))
    text = "the quick dog sat near a river"
    assert words(text).input_ids == large(text).input_ids
    assert words.convert_tokens_to_ids("[PAD]") == len(large)


@pytest.mark.parametrize("chosen", ["auto", "llama3", "'{{ messages[0].content }}'", "''"])
def test_the_offspring_gets_the_chat_template_that_the_recipe_asks_for(folder, chosen):
    for name, template in (("base", "B"), ("pad", "P"), ("chat", "P")):
        (folder / name / "chat_template.jinja").write_text(template)
    recipe = recipe_of(folder, "base", "pad", "chat", more=f"chat_template: {chosen}")
    merge(recipe, folder / "out")
    template = AutoTokenizer.from_pretrained(folder / "out").chat_template
    if chosen in ("auto", "''"):
        assert template == {"auto": "P", "''": "B"}[chosen]
    else:
        assert ("<|eot_id|>" in template) == (chosen == "llama3")
        assert template.startswith("{{")
    untouched = (folder / "out" / "tokenizer.json").read_bytes()
    assert untouched == (folder / "base" / "tokenizer.json").read_bytes()
