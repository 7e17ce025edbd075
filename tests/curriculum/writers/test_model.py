import json

import pytest

from evomerge.curriculum import HumanItems
from evomerge.curriculum.writers.model import KIND, first_object, write
from tests.curriculum.contexts import context_of
from tests.curriculum.population import HUMAN, People, curriculum

SETTINGS = {"name": "w", "model": "leader", "prompt": "{{missed}} {{example}}", "count": 9}


@pytest.mark.parametrize(
    "said, found",
    [
        ('{"a": 1}', {"a": 1}),
        ('Sure:\n```json\n{\n "a": {"b": 2}\n}\n```\nDone.', {"a": {"b": 2}}),
        ('{"a": 1}\n{"a": 2}', {"a": 1}),
        ("no", None),
        ("{", None),
        ("[1]", None),
        ("}{", None),
        ('{"a": 1, "a": 2}', None),
        ("{" * 100_000, None),
        ('{"a": "\\ud800"}', None),
    ],
)
def test_the_first_object_counts_and_nothing_is_run(said, found):
    assert first_object(said) == found


def test_it_is_shown_what_the_leader_misses_and_another_item():
    asker = People(says=lambda one: "{}")
    settings = curriculum(SETTINGS)
    context = context_of(settings, asker, human=HumanItems({"spelt": HUMAN}, HUMAN[1:2]))
    drafts = write(settings.writers[0], context)
    assert [draft.document for draft in drafts] == [{}] * 9
    missed = json.dumps(HUMAN[1], ensure_ascii=False)
    assert all(one.prompt.startswith(f"{missed} ") for one in asker.asked)
    others = {one.prompt.removeprefix(f"{missed} ") for one in asker.asked}
    assert missed not in others
    assert len(others) > 1
    assert {one.temperature for one in asker.asked} == {1.0}


def test_an_address_is_asked_by_who_may_ask_it():
    settings = curriculum({**SETTINGS, "url": "http://localhost:1/v1"})
    here, there = People(), People(says=lambda one: "x")
    drafts = write(settings.writers[0], context_of(settings, here, addresses={"w": there}))
    assert (len(here.asked), len(there.asked)) == (0, 9)
    assert {draft.reason for draft in drafts} == {"the model wrote no JSON object"}


def test_a_prompt_that_cannot_be_rendered_is_told():
    settings = curriculum({**SETTINGS, "prompt": "{{nobody}}", "count": 1})
    (draft,) = write(settings.writers[0], context_of(settings))
    assert draft.reason.startswith("prompt: the template cannot be rendered")


@pytest.mark.parametrize("variants, those", [("missed", HUMAN[:1]), ("solved", HUMAN[2:3])])
def test_an_adversary_is_shown_what_it_writes_variants_of_and_asked_for_nothing_else(
    variants, those
):
    prompt = f"{{{{{variants}}}}} {{{{example}}}}"
    wanted = {**SETTINGS, "prompt": prompt, "variants": variants}
    settings = curriculum(wanted)
    asker = People(says=lambda one: "{}")
    human = HumanItems({"spelt": HUMAN}, HUMAN[:1], HUMAN[2:3])
    write(settings.writers[0], context_of(settings, asker, human=human))
    shown = json.dumps(those[0], ensure_ascii=False)
    assert all(one.prompt.startswith(f"{shown} ") for one in asker.asked)
    assert all(shown not in one.prompt.removeprefix(shown) for one in asker.asked)
    silent = People()
    drafts = write(
        settings.writers[0], context_of(settings, silent, human=HumanItems({"spelt": HUMAN}))
    )
    does = {"missed": "misses", "solved": "solves"}[variants]
    (reason,) = {draft.reason for draft in drafts}
    assert reason == f"prompt: the leader {does} no search item of spelt"
    assert silent.asked == []


def test_it_says_what_it_writes():
    assert KIND.describe(curriculum(SETTINGS).writers[0]) == "9 items by leader, as JSON"
    settings = curriculum({**SETTINGS, "variants": "solved"})
    described = KIND.describe(settings.writers[0])
    assert described.endswith("kept where a rival misses them and it does not")
