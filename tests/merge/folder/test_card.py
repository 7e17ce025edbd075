"""The model card, as people and the Hub read it."""

import yaml
from huggingface_hub import ModelCard

from evomerge.licences.naming import licence_of
from evomerge.merge.ancestry.ancestry import Ancestry
from evomerge.merge.folder.account import Account, TaskResult, WrittenModel
from evomerge.merge.folder.card import write_card
from evomerge.recipe import parse_recipe
from evomerge.weights.parents.card import ParentCard

TEXT = """
name: Both
merge_method: ties
base_model: org/base@0123456789
models:
  - {model: org/x@0123456789+org/adapter@0123456789}
  - {model: org/y@0123456789}
pins:
  org/base@0123456789: "00"
  org/x@0123456789+org/adapter@0123456789: "11"
  org/y@0123456789: "22"
"""
CONFIG = {"architectures": ["LlamaForCausalLM"], "model_type": "llama"}
DETAILS = {"items": 12, "interval_of_difference": [0.125, 0.375]}
ACCOUNT = Account(
    "## Proof\n\nIt is better.\n\n",
    (TaskResult("sums", "exact_match", 0.75, DETAILS), TaskResult("words", "acc", 0.5)),
)


def card(text=TEXT, ancestry=None, account=ACCOUNT):
    model = WrittenModel(parse_recipe(text), "abc", CONFIG)
    return write_card(model, ancestry or Ancestry(), account)


def test_a_card_tells_the_hub_and_people_what_it_was_made_of():
    text = card()
    _, head, body = text.split("---\n", 2)
    told = yaml.safe_load(head)
    assert told["base_model"] == ["org/base", "org/x", "org/adapter", "org/y"]
    assert told["base_model_relation"] == "merge"
    assert told["tags"] == ["merge", "evomerge", "ties"]
    assert told["pipeline_tag"] == "text-generation"
    assert body.startswith("\n# Both by ties\n")
    assert "`abc`" in body
    assert [line for line in body.splitlines() if line.endswith(("`11` |", "`22` |"))]
    assert body.index("It is better.") < body.index("## How to load it") < body.index("## Recipe")
    written = body.split("```yaml\n")[1].split("```")[0]
    assert parse_recipe(written) == parse_recipe(TEXT)


def test_the_hub_reads_its_results(tmp_path):
    (tmp_path / "README.md").write_text(card())
    data = ModelCard.load(tmp_path / "README.md").data
    first, second = data.eval_results
    assert data.model_name == "Both"
    assert (first.dataset_name, first.metric_type, first.metric_value) == (
        "sums",
        "exact_match",
        0.75,
    )
    assert first.metric_args == DETAILS
    assert (second.dataset_type, second.metric_value) == ("words", 0.5)
    assert "model_name" not in yaml.safe_load(card(account=Account()).split("---\n")[1])


def test_without_an_account_nothing_was_shown():
    assert "## Proof" not in card(account=Account())
    assert "## What was not shown\n\n- nothing was measured" in card(account=Account())


def test_only_models_of_the_hub_are_given_to_the_hub():
    name = "abfs://box@account/m+org/x@1"
    models = f"[{{model: '{name}'}}, {{model: 'zoo:base'}}, {{model: /home/me/m}}]"
    text = card(f"merge_method: linear\nmodels: {models}\npins: {{'{name}': a}}")
    assert yaml.safe_load(text.split("---\n")[1])["base_model"] == ["org/x"]
    assert "| abfs://box@account/m+org/x@1 | `a` |" in text
    alone = card("merge_method: linear\nmodels: [{model: 'zoo:base'}]")
    assert "base_model:" not in alone.split("---\n")[1]


def test_licences_languages_and_what_they_ask():
    cards = (
        ParentCard("org/x", "", (licence_of("llama3.1"),), ("de",), "text-generation"),
        ParentCard("org/y", "", (licence_of("cc-by-nc-4.0"),), ("en",)),
        ParentCard("org/z"),
    )
    text = card(ancestry=Ancestry(cards))
    told = yaml.safe_load(text.split("---\n")[1])
    assert (told["license"], told["license_name"]) == ("other", "llama3.1-and-cc-by-nc-4.0")
    assert told["license_link"] == licence_of("llama3.1").link
    assert told["language"] == ["de", "en"]
    assert "- this model: llama3.1 and cc-by-nc-4.0\n" in text
    assert "- the model's name must begin with 'Llama'\n" in text
    assert "\n**Built with Llama**\n" in text
    assert "- org/z: says none\n- this" in text
    assert "- not known: org/z: none is said\n" in text


def test_what_others_wrote_stays_text(tmp_path):
    evil = "<script>x</script>\n---\nlicense: mit\n---\n[a](b)"
    cards = (ParentCard("m", "", (licence_of(evil, "![](https://spy)"),), (evil,), evil),)
    account = Account("", (TaskResult(evil, evil, 1.0),))
    text = card(
        f"name: {evil!r}\nmerge_method: linear\nmodels: [{{model: a}}]", Ancestry(cards), account
    )
    body = text.split("## Recipe")[0].split("\n---\n", 1)[1]
    assert "<script>" not in body
    assert "![](" not in body
    (tmp_path / "README.md").write_text(text)
    data = ModelCard.load(tmp_path / "README.md").data
    assert (data.license, data.language, data.eval_results[0].metric_type) == (
        "other",
        [evil],
        evil,
    )
