"""Templates: there, whole, in the model's own tokens, and with an end that it stops at."""

from evomerge.diagnosis.chat import chat_template
from evomerge.diagnosis.subject import Subject
from tests.diagnosis import planted
from tests.diagnosis.planted import CHATML, LIKE, PLAIN, written


def found(model, *parents):
    return [*chat_template(Subject.of(str(model)), [Subject.of(str(name)) for name in parents])]


def test_nothing_is_said_of_a_base_without_a_template_nor_of_one_without_marks(model):
    assert found(model, LIKE) == []
    (model / "chat_template.jinja").write_text(PLAIN)
    assert found(model, LIKE) == []


def test_a_template_that_stops_at_its_own_end_is_well(model):
    planted.endless_template(model)
    (one,) = found(model)
    assert "add 355 to eos_token_id" in one.cure
    written(model, "generation_config.json", eos_token_id=[2, 355])
    assert found(model) == []


def test_marks_that_are_no_tokens_are_named_unless_a_parent_is_alike(model):
    (model / "chat_template.jinja").write_text(CHATML)
    (one,) = found(model)
    assert "<|im_start|>, <|im_end|>" in one.evidence
    assert found(model, model) == []


def test_a_template_that_cannot_be_filled_in_is_told(model):
    (model / "chat_template.jinja").write_text("{{ raise_exception('only for two') }}")
    (one,) = found(model)
    assert "only for two" in one.evidence


def test_a_template_that_never_ends_is_ended(model):
    loops = "".join(f"{{% for {name} in range(9999) %}}" for name in "abcd")
    (model / "chat_template.jinja").write_text(loops + "{% endfor %}" * 4)
    (one,) = found(model)
    assert "cannot be filled in" in one.evidence
