"""What a signature is for: all that lies in a folder."""

import json
from dataclasses import replace

import pytest

from evomerge.approval.contents import Contents, contents_from, contents_of
from evomerge.errors import ParentError
from tests.approval.signers import CONTENTS
from tests.quarantined import RUN_DIGEST, quarantined, rewrite


@pytest.fixture
def waiting(tmp_path):
    return quarantined(tmp_path) / "quarantine" / "winner"


def test_it_names_weights_recipe_run_verdict_and_card(waiting):
    contents = contents_of(waiting)
    manifest = json.loads((waiting / "manifest.json").read_text())
    assert contents.weights_sha256 == manifest["weights_sha256"]
    assert contents.card_sha256 == manifest["files"]["README.md"]
    assert contents.run_digest == RUN_DIGEST
    assert contents.flags == ("t: half of the answers are cut",)


@pytest.mark.parametrize("name", ["config.json", "recipe.yaml", "lineage.json", "more.txt"])
def test_any_other_file_makes_it_another_one(waiting, name):
    before = contents_of(waiting)
    rewrite(waiting, name, b"{}")
    assert before.difference(contents_of(waiting)) == "files"
    rewrite(waiting, "README.md", b"# Another")
    assert before.difference(contents_of(waiting)) == "model card"


def test_the_section_of_a_released_card_is_no_part_of_it(waiting):
    before = contents_of(waiting)
    rewrite(waiting, "README.md", (waiting / "README.md").read_bytes() + b"\n## Signatures\n")
    rewrite(waiting, "approvals.json", b"{}")
    assert contents_of(waiting, "\n## Signatures\n") == before


def test_differences_are_named_and_values_are_read_again():
    assert CONTENTS.difference(CONTENTS) == ""
    assert CONTENTS.difference(replace(CONTENTS, verdict_sha256="x")) == "verdict"
    assert contents_from(json.loads(json.dumps(CONTENTS.plain()))) == CONTENTS
    for plain in ({}, {**CONTENTS.plain(), "flags": 1}, None):
        with pytest.raises(ValueError, match="says not what was signed"):
            contents_from(plain)
    assert {*Contents.__dataclass_fields__} == {*CONTENTS.plain()}


def test_a_folder_without_manifest_proof_or_card_is_none(waiting):
    for name in ("proof.json", "README.md", "manifest.json"):
        kept = (waiting / name).read_bytes()
        (waiting / name).unlink()
        with pytest.raises(ParentError, match=name):
            contents_of(waiting)
        (waiting / name).write_bytes(kept)
