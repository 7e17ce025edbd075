import pytest

from evomerge.merge.folder.usage import loading_code, pipeline_of


@pytest.mark.parametrize(
    "name, tag",
    [
        ("LlamaForCausalLM", "text-generation"),
        ("BertForSequenceClassification", "text-classification"),
        ("T5ForConditionalGeneration", ""),
    ],
)
def test_what_a_class_is_for(name, tag):
    assert pipeline_of({"architectures": [name]}) == tag


def test_without_a_class_nothing_is_said():
    assert pipeline_of({}) == ""
    assert loading_code({"model_type": "theirs", "auto_map": {"AutoModel": "m.M"}}, True) == ""


def test_the_code_names_the_class_that_is_there():
    config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama"}
    code = loading_code(config, True)
    compile(code, "card", "exec")
    assert "import AutoTokenizer, LlamaForCausalLM\n" in code
    assert "Tokenizer" not in loading_code(config, False)
