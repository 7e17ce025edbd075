"""What makes a run the one that it is."""

import json
from dataclasses import replace

import pytest

from evomerge.engine.kind import EngineIdentity
from evomerge.permissions import Permissions
from evomerge.run.folder.identity import Identity
from evomerge.run.folder.options import Options
from tests.run.fakes import prepared

ENGINE = EngineIdentity("transformers", {"torch": "2"}, {"kernel": "eager"})


@pytest.fixture(scope="module")
def now():
    ready = prepared()
    object.__setattr__(ready, "parents", {})
    return Identity.of(ready, ENGINE, Options(1, "cpu"))


def test_a_run_is_itself_after_a_round_through_its_ledger(now):
    facts = json.loads(json.dumps(now.plain()))
    assert [*facts] == [
        "recipe", "digest", "content", "items", "judges", "settings", "engine", "options",
    ]  # fmt: skip
    known = Identity.recorded(facts, now)
    assert known == now
    assert known.difference(now) is None
    assert known.engine == {"name": "transformers", "settings": {"kernel": "eager"}}


@pytest.mark.parametrize(
    "change, difference",
    [
        ({"content": {"A": "other", "B": "b"}}, "the weights of A have changed"),
        ({"digest": "other"}, "another recipe's, or of another seed"),
        ({"items": "other"}, "the items of its tasks, or their prompts, have changed"),
        ({"settings": "other"}, "a config, generation config or tokenizer of its parents has chan"),
        (
            {"engine": {"name": "vllm", "settings": {}}},
            "its answers are those of vllm, and these would be of transformers",
        ),
        (
            {"engine": {"name": "transformers", "settings": {}}},
            "its answers are those of transformers, and these would be of transformers, with other",
        ),
        ({"options": Options(1, "cuda")}, "it was begun on cuda"),
    ],
)
def test_what_scores_depend_on_is_compared(now, change, difference):
    assert replace(now, **change).difference(now).startswith(difference)


def test_judges_are_compared_by_task(now):
    known = replace(now, judges={"t": "old", "gone": "x"})
    assert known.difference(replace(now, judges={"t": "new"})).startswith("what judges t has")
    assert known.difference(replace(now, judges={"u": "new"})) is None


def test_workers_and_switches_change_no_score(now):
    assert (
        replace(now, options=Options(8, "cpu", Permissions((), True), True, True)).difference(now)
        is None
    )


def test_what_an_earlier_version_recorded_is_not_compared(now):
    facts = now.plain()
    engineless = {key: value for key, value in facts.items() if key != "engine"}
    assert Identity.recorded(engineless, now) == now, "before it was recorded there was one"
    assert Identity.recorded({"recipe": {}, "digest": "d"}, now) is None


def test_a_recipe_that_differs_in_its_budget_alone(now):
    evolve = {**now.recipe["evolve"], "budget": {"evaluations": 99}}
    assert now.differs_in_budget_alone(replace(now, recipe={**now.recipe, "evolve": evolve}))
    other = replace(now, recipe={**now.recipe, "merge_method": "ties"})
    assert not now.differs_in_budget_alone(other)
