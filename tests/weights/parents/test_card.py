"""What a model says of itself, in whatever way it does."""

import os

import pytest
from huggingface_hub import constants

from evomerge.licences.licence import LicenceKind
from evomerge.weights.parents.card import LONGEST, ParentCard, read_card


@pytest.fixture
def says(tmp_path):
    def card(head="", **files):
        if head:
            (tmp_path / "README.md").write_text(f"---\n{head}\n---\n# A model")
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        return read_card(str(tmp_path))

    return card


def ids(card):
    return [licence.id for licence in card.licences]


def test_a_card_names_licence_languages_and_purpose(says, tmp_path):
    card = says("license: Apache-2.0\nlanguage: [en, de]\npipeline_tag: text-generation")
    assert ids(card) == ["apache-2.0"]
    assert (card.languages, card.pipeline) == (("en", "de"), "text-generation")
    assert (card.pinned, card.note) == (str(tmp_path), "")


def test_another_licence_by_its_name_and_link(says):
    (licence,) = says("license: other\nlicense_name: qwen-research\nlicense_link: l").licences
    assert licence.non_commercial
    (licence,) = says("license: other\nlicense_name: Mine\nlicense_link: https://here").licences
    assert (licence.id, licence.link) == ("mine", "https://here")
    assert licence.kind is LicenceKind.UNKNOWN_TERMS


def test_several_licences_all_count(says):
    assert ids(says("license: [mit, gpl-3.0]")) == ["mit", "gpl-3.0"]


def test_a_file_speaks_where_the_card_does_not(says):
    card = says("license: other", LICENSE="LLAMA 3.2 COMMUNITY LICENSE AGREEMENT")
    assert ids(card) == ["llama3.2"]
    card = says("license: mit", LICENSE="GNU GENERAL PUBLIC LICENSE\nVersion 3")
    assert ids(card) == ["mit"]


def test_a_file_that_nobody_knows_is_told(says, tmp_path):
    (tmp_path / "licenses").mkdir()
    card = says(**{"licence.txt": "Be nice."})
    assert ids(card) == []
    assert card.note == "licence.txt is there, and is none that evomerge knows"
    assert ids(says(licence2="MIT License")) == ["mit"]
    (tmp_path / "licence.txt").write_bytes(b"\xff")
    assert "is not UTF-8 text" in says().note


@pytest.mark.parametrize("head", ["", "license: unknown", "license: 3", "license: {a: b}", "a: b"])
def test_nothing_said_is_nothing_known(says, head):
    card = says(head)
    assert (card.licences, card.note) == ((), "")


def test_cards_that_cannot_be_read_keep_nobody_from_merging(says, tmp_path):
    assert "what stands at its head is not YAML" in says("{a").note
    (tmp_path / "README.md").unlink()
    os.mkfifo(tmp_path / "README.md")
    assert "is a pipe" in says().note
    assert "no such folder" in read_card(str(tmp_path / "gone")).note
    assert read_card("zoo:base").licences[0].id == "apache-2.0"


def test_what_is_taken_from_a_card_is_one_short_line(says):
    link = f"https://{'x' * 5000}"
    head = f'license: other\nlicense_name: "a\\n---\\nb"\nlicense_link: {link}'
    (licence,) = says(head).licences
    assert licence.id == "a --- b"
    assert licence.link == link[:LONGEST]


@pytest.mark.parametrize("link", ["LICENSE", "javascript:alert(1)", "[https://a]", "https://a b"])
def test_a_link_that_leads_nowhere_is_left_out(says, link):
    (licence,) = says(f"license: other\nlicense_name: x\nlicense_link: '{link}'").licences
    assert licence.link == ""


def test_a_model_in_storage_says_what_it_says_there(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    name = f"file://{tmp_path}/model"
    assert read_card(name) == ParentCard(name, name)
    (tmp_path / "model" / "README.md").write_text("---\nlicense: mit\n---\n")
    assert ids(read_card(name)) == ["mit"]
