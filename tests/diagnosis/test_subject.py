"""A model is opened as far as that goes, whatever is wrong with it."""

import shutil

from evomerge.diagnosis.subject import Subject, numbers_in
from tests.diagnosis.planted import LIKE, another_end, no_tokenizer, untied


def test_all_of_a_healthy_model_is_there():
    subject = Subject.of(LIKE)
    assert subject.parent is not None
    assert subject.problem == ""
    assert len(subject.vocabulary) == 354
    assert subject.end == 2
    assert subject.stops == {2}
    assert subject.special("pad_token_id") == [0, 0]
    assert subject.chat_template is None


def test_one_that_nothing_can_be_merged_of_is_read_all_the_same(model):
    untied(model)
    subject = Subject.of(str(model))
    assert subject.parent is None
    assert "lm_head.weight" in subject.problem
    assert "lm_head.weight" in subject.tensors.specs
    assert len(subject.vocabulary) == 354


def test_without_a_tokenizer_there_is_no_vocabulary_and_no_end(model):
    no_tokenizer(model)
    assert Subject.of(str(model)).vocabulary == {}
    assert Subject.of(str(model)).end is None


def test_a_key_names_one_token_or_several_or_none(model, tmp_path):
    assert numbers_in([3, 5, None]) == [3, 5]
    assert numbers_in(3) == [3]
    assert numbers_in(None) == []
    other = shutil.copytree(model, tmp_path / "other")
    another_end(other)
    assert Subject.of(str(other)).stops == {5}
