"""What holds for every kind of writer: a file in the folder is tested here."""

import pytest

from evomerge.curriculum.writers import WRITERS, writer_of
from evomerge.recipe.curriculum import Curriculum
from evomerge.recipe.writers import ChainWriter, ModelWriter, ProgramWriter
from tests.curriculum.contexts import context_of
from tests.curriculum.population import CHAIN, People, curriculum

SETTINGS = {
    ProgramWriter: {"name": "w", "program": "sums.py", "count": 12},
    ChainWriter: {**CHAIN, "name": "w", "count": 12},
    ModelWriter: {"name": "w", "model": "leader", "prompt": "like {{missed}}", "count": 12},
}
JSON = '{"question": "1 + 1 in french =", "answer": "deux"}'


def writes(kind, files=None, seed=0):
    settings = curriculum(SETTINGS[kind.settings])
    asker = People(says=lambda one: JSON if "like" in one.prompt else None)
    context = context_of(settings, asker, files=files)
    return kind.write(settings.writers[0], context), asker


@pytest.fixture(params=WRITERS.values(), ids=lambda kind: kind.name)
def kind(request):
    return request.param


def test_every_kind_of_settings_has_a_writer(kind):
    assert writer_of(curriculum(SETTINGS[kind.settings]).writers[0]) is kind
    assert {one.settings for one in WRITERS.values()} == {*SETTINGS}


def test_drafts_are_numbered_and_no_more_than_were_asked_for(kind):
    drafts, _ = writes(kind)
    assert [draft.draw for draft in drafts] == [*range(12)]
    assert {draft.writer for draft in drafts} == {"w"}
    assert all(draft.document is not None and not draft.reason for draft in drafts)


def test_it_writes_the_same_to_the_same(kind):
    (first, asker), (second, other) = writes(kind), writes(kind)
    assert first == second
    assert asker.asked == other.asked


def test_models_that_were_asked_are_named_and_paid_for(kind):
    drafts, asker = writes(kind)
    assert sum(draft.tokens for draft in drafts) == 9 * len(asker.asked)
    asked = {one.model for one in asker.asked}
    assert {model for draft in drafts for model in draft.models} == asked


def test_it_can_say_what_it_does(kind):
    said = kind.describe(curriculum(SETTINGS[kind.settings]).writers[0])
    assert said.startswith("12 items by ")


def test_a_question_to_each_model_has_chance_of_its_own(kind):
    _, asker = writes(kind)
    assert len({one.key for one in asker.asked}) == len(asker.asked)


def test_settings_survive_plain_values(kind):
    settings = curriculum(SETTINGS[kind.settings])
    plain = settings.model_dump(mode="json", exclude_defaults=True)
    assert Curriculum.model_validate(plain) == settings
