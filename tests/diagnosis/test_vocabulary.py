"""Tokens and rows: as many, in one order, and those that texts end by."""

from evomerge.diagnosis.subject import Subject
from evomerge.diagnosis.vocabulary import rows_of_other_tokens, special, tokens_without_rows
from tests.diagnosis import planted
from tests.diagnosis.planted import LIKE, written


def found(look, model, *parents):
    return [*look(Subject.of(str(model)), [Subject.of(str(name)) for name in parents])]


def test_tokens_beyond_the_last_row_are_told(model):
    assert found(tokens_without_rows, model) == []
    planted.more_tokens(model)
    (one,) = found(tokens_without_rows, model)
    assert "354 rows, and 9 tokens" in one.evidence


def test_the_order_of_rows_is_told_by_a_parent_that_has_it(model):
    assert found(rows_of_other_tokens, model, LIKE) == []
    planted.numbered_otherwise(model)
    (one,) = found(rows_of_other_tokens, model, LIKE)
    assert one.cure == f"copy the tokenizer's files from {LIKE}"
    assert found(rows_of_other_tokens, model, model) == []


def test_an_end_that_a_parent_has_as_well_is_its_habit(model):
    planted.another_end(model)
    assert [one.cause for one in found(special, model, LIKE)] == ["end of text"]
    assert found(special, model, model) == []


def test_what_is_no_number_is_no_token(model):
    written(model, "generation_config.json", eos_token_id="two")
    (one,) = found(special, model)
    assert "eos_token_id is 'two'" in one.evidence


def test_one_of_several_ends_is_enough(model):
    written(model, "generation_config.json", eos_token_id=[7, 2])
    assert found(special, model) == []
