import torch

from evomerge.weights.layouts.stock import StockModel
from tests.families import GROUPED, SIZES
from tests.tiny import CONFIG, tiny_tensors

BERT = {"model_type": "bert", "architectures": ["BertModel"], **SIZES}


def test_a_model_is_built_without_weights():
    stock = StockModel.of(CONFIG)
    keys = stock.keys
    assert all(tensor.device.type == "meta" for tensor in keys.values())
    assert keys.keys() == {*tiny_tensors(0), "lm_head.weight"}
    assert {n: t.shape for n, t in keys.items() if n != "lm_head.weight"} == {
        name: tensor.shape for name, tensor in tiny_tensors(0).items()
    }
    assert (stock.prefix, stock.base_path, stock.head) == ("model", "model.", ["lm_head.weight"])


def test_ties_are_what_the_class_would_tie_whether_config_asks_for_it_or_not():
    tied = StockModel.of(CONFIG)
    untied = StockModel.of({**CONFIG, "tie_word_embeddings": False})
    assert tied.is_tied
    assert not untied.is_tied
    assert tied.ties == untied.ties == {"lm_head.weight": "model.embed_tokens.weight"}


def test_what_a_class_can_be_built_without():
    assert StockModel.of(BERT).optional == {"pooler.dense.weight", "pooler.dense.bias"}
    assert StockModel.of(CONFIG).optional == frozenset()


def test_the_class_is_the_types_where_none_is_named_and_nobody_elses():
    named = {key: value for key, value in CONFIG.items() if key != "architectures"}
    assert type(StockModel.of(named).model).__name__ == "LlamaForCausalLM"
    assert StockModel.of({**named, "auto_map": {"AutoModel": "mine.Mine"}}) is None
    assert StockModel.of({"model_type": "nobody's"}) is None
    assert StockModel.of({**CONFIG, "hidden_size": "wide"}) is None


def test_the_same_config_is_built_once():
    assert StockModel.of(CONFIG) is StockModel.of(dict(reversed(CONFIG.items())))


def test_a_language_model_is_a_part_of_one_that_sees():
    text = StockModel.of({"model_type": "gemma3_text", **GROUPED, "head_dim": 4})
    whole = StockModel.of(
        {
            "model_type": "gemma3",
            "text_config": {**GROUPED, "head_dim": 4},
            "vision_config": {"hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 8},
        }
    )
    assert text.part_of(whole) == "model.language_model."
    assert whole.part_of(text) is None
    assert isinstance(text.keys["model.norm.weight"], torch.Tensor)
