"""lineage.json, held against the schema of CycloneDX."""

import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from evomerge.licences.naming import licence_of
from evomerge.merge.ancestry.ancestry import NO_ANCESTRY, Ancestry
from evomerge.merge.folder.account import NO_ACCOUNT, Account, TaskData, TaskResult, WrittenModel
from evomerge.merge.folder.lineage import write_lineage
from evomerge.recipe import parse_recipe
from evomerge.weights.parents.card import ParentCard

A, B, C = "a" * 64, "b" * 64, "c" * 64
TEXT = f"""
name: Both
merge_method: ties
base_model: org/base@0123456789
models:
  - {{model: org/base@0123456789+/here/adapter}}
  - {{model: stage:first}}
stages:
  first:
    merge_method: linear
    models: [{{model: /here/x}}, {{model: /here/y}}]
    pins: {{/here/x: {A}, /here/y: {B}}}
pins:
  org/base@0123456789: {A}
  org/base@0123456789+/here/adapter: {B}
  stage:first: {C}
"""
ACCOUNT = Account(
    "",
    (TaskResult("sums", "acc", 0.75),),
    (TaskData("sums", {"search": 8, "test": 12}, C, "9f"),),
    {"verdict": "promoted", "seed": "3"},
)
CARDS = (
    ParentCard("org/base", "org/base@0123456789", (licence_of("apache-2.0"),)),
    ParentCard("/here/adapter", "/here/adapter", (licence_of("house-rules", "https://here"),)),
)


def lineage(text=TEXT, ancestry=NO_ANCESTRY, account=NO_ACCOUNT):
    written = write_lineage(WrittenModel(parse_recipe(text), C, {}), ancestry, account)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    assert written == write_lineage(WrittenModel(parse_recipe(text), C, {}), ancestry, account)
    return json.loads(written)


def test_models_data_and_tools_and_what_is_made_of_what():
    told = lineage(ancestry=Ancestry(CARDS), account=ACCOUNT)
    parts = {one["name"]: one for one in told["components"]}
    assert {name: one.get("hashes", [{}])[0].get("content") for name, one in parts.items()} == {
        "org/base@0123456789": A,
        "org/base@0123456789+adapter": B,
        "adapter": None,
        "stage:first": C,
        "x": A,
        "y": B,
        "sums": C,
    }
    depends = {one["ref"]: one.get("dependsOn", []) for one in told["dependencies"]}
    assert depends["merge"] == [
        "model org/base@0123456789",
        "model org/base@0123456789+adapter",
        "model stage:first",
        "task sums",
    ]
    assert depends["model stage:first"] == ["model x", "model y"]
    assert depends["model org/base@0123456789+adapter"] == [
        "model adapter",
        "model org/base@0123456789",
    ]
    assert parts["org/base@0123456789"]["purl"] == "pkg:huggingface/org/base@0123456789"
    assert parts["org/base@0123456789"]["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert parts["adapter"]["licenses"][0]["license"] == {
        "name": "house-rules",
        "url": "https://here",
    }
    assert parts["sums"]["type"] == "data"
    assert {"name": "evomerge:prompts", "value": "9f"} in parts["sums"]["properties"]


def test_the_merge_itself_with_its_verdict():
    told = lineage(account=ACCOUNT)["metadata"]
    assert told["component"]["hashes"] == [{"alg": "SHA-256", "content": C}]
    facts = {one["name"]: one["value"] for one in told["component"]["properties"]}
    assert facts["evomerge:verdict"] == "promoted"
    assert facts["evomerge:score of sums acc"] == "0.75"
    assert "timestamp" not in told
    assert {"evomerge", "torch", "transformers"} <= {
        one["name"] for one in told["tools"]["components"]
    }


def test_a_link_that_is_none_is_left_out():
    cards = (ParentCard("/here/x", "/here/x", (licence_of("house-rules", "https://%zz"),)),)
    told = lineage(ancestry=Ancestry(cards))
    (licence,) = (one["licenses"] for one in told["components"] if one["name"] == "x")
    assert licence == [{"license": {"name": "house-rules"}}]


def test_any_text_is_a_name():
    evil = "<script>\u202e \x1b[31m %zz"
    account = Account(data=(TaskData(evil, {}, A),), facts={evil: evil})
    told = lineage(
        f'name: "{evil.encode("unicode_escape").decode()}"\n' + TEXT.split("\n", 2)[2],
        account=account,
    )
    assert evil.split()[0] in {one["name"].split()[0] for one in told["components"]}
