import yaml

from evomerge.merge.folder.card import write_card
from evomerge.recipe import parse_recipe

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


def test_a_card_tells_the_hub_and_people_what_it_was_made_of():
    recipe = parse_recipe(TEXT)
    text = write_card(recipe, "abc", "## Proof\n\nIt is better.\n\n")
    _, head, body = text.split("---\n", 2)
    told = yaml.safe_load(head)
    assert told["base_model"] == ["org/base", "org/x", "org/adapter", "org/y"]
    assert told["tags"] == ["merge", "evomerge", "ties"]
    assert body.startswith("\n# Both by ties\n")
    assert "`abc`" in body
    assert [line for line in body.splitlines() if line.endswith(("`11` |", "`22` |"))]
    assert body.index("It is better.") < body.index("## Recipe")
    written = body.split("```yaml\n")[1].split("```")[0]
    assert parse_recipe(written) == recipe


def test_without_an_account_there_is_none():
    assert "## Proof" not in write_card(parse_recipe(TEXT), "abc")


def test_an_address_in_storage_is_told_as_it_is():
    name = "abfs://box@account/m+org/x@1"
    recipe = parse_recipe(
        f"merge_method: linear\nmodels: [{{model: '{name}'}}]\npins: {{'{name}': a}}"
    )
    assert "- abfs://box@account/m\n- org/x\n" in write_card(recipe, "abc", "")
