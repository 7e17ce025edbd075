"""Signatures beside a model."""

import json

import pytest

from evomerge.approval.approvals_file import approvals_text, card_section, read_approvals
from evomerge.errors import ParentError
from evomerge.reading.manifest import APPROVALS_FILE
from tests.approval.signers import ALICE, BOB, word

SAID = [word(ALICE), word(BOB, note="<script>x</script> [a](b)\n# Heading")]


def test_they_are_read_as_they_were_written(tmp_path):
    (tmp_path / APPROVALS_FILE).write_text(approvals_text(SAID))
    assert read_approvals(tmp_path) == SAID


@pytest.mark.parametrize(
    "said, problem",
    [
        ({}, "is not of the schema"),
        ({"schema": "evomerge approvals 1", "signed": {}}, "is not of the schema"),
        ({"schema": "evomerge approvals 1", "signed": [1]}, "signature 1 cannot be read"),
        ([], "not a JSON object"),
    ],
)
def test_what_is_none_of_ours_is_refused(tmp_path, said, problem):
    (tmp_path / APPROVALS_FILE).write_text(json.dumps(said))
    with pytest.raises(ParentError, match=problem):
        read_approvals(tmp_path)


def test_the_card_names_who_signed_and_shows_notes_as_text():
    section = card_section(SAID)
    assert section.startswith("\n## Signatures\n")
    assert f"- approved by `{ALICE.public.fingerprint}` at 2026-11-30T12:00:00Z: as it" in section
    assert "<script>" not in section
    assert "\\[a\\](b)" in section
    assert "\n# Heading" not in section
