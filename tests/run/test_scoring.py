"""One model scored, and what that does to sealed items."""

import pytest

from evomerge import evolve
from evomerge.errors import RecipeError, SplitError
from evomerge.ledger import Registry
from evomerge.permissions import Permissions
from evomerge.recipe import parse_recipe
from evomerge.run.scoring import score_model
from tests.run.small import TEXT

SPLITS = "{search: 24, validation: 16, test: 60}"
PEEK = TEXT.replace(SPLITS, "{search: 1, validation: 98, test: 1}")


def scored(text, registry, split="validation", **more):
    result = score_model(
        "zoo:arithmetic", parse_recipe(text), split, "cpu", registry=str(registry), **more
    )
    return {item.item for task in result.tasks.values() for item in task.items}


@pytest.fixture
def registry(tmp_path):
    return tmp_path / "openings.jsonl"


def test_what_a_run_holds_sealed_is_not_printed_whatever_the_splits_say(tmp_path, registry):
    run = evolve(parse_recipe(TEXT), tmp_path / "run", registry=registry)
    assert run.verdict.opening.number == 1
    assert len(scored(TEXT, registry)) == 32
    with pytest.raises(SplitError, match=r"118 of these 196 items are sealed .*/run; --unseal"):
        scored(PEEK, registry)
    printed = scored(PEEK, registry, unseal=True)
    assert len(printed) == 196
    # The same run again, in another folder, with another seed: the items have been seen twice.
    plain = parse_recipe(TEXT.replace("seed: 3", "seed: 4"))
    again = evolve(plain, tmp_path / "again", registry=registry)
    opening = again.verdict.opening
    assert opening.number == 3
    assert opening.looks.most == 2
    assert {str(tmp_path / "run"), "zoo:arithmetic"} == {*opening.looks.where}
    card = (again.winner / "README.md").read_text()
    assert "opening 3 of these sealed items" in card
    assert "sealed items had been looked at before, some of them twice" in card


def test_what_was_printed_before_a_run_counts_when_the_run_seals_it(tmp_path, registry):
    printed = scored(PEEK, registry)
    assert len(printed) == 196
    run = evolve(parse_recipe(TEXT), tmp_path / "run", registry=registry)
    assert run.verdict.opening.number == 2
    assert run.verdict.level == pytest.approx(0.05 * 6 / (3.14159265 * 2) ** 2)


def test_a_recipes_own_test_items_are_scored_only_unsealed(registry):
    with pytest.raises(SplitError, match="test items are sealed, and --unseal opens them"):
        scored(TEXT, registry, "test")
    assert not registry.exists()
    printed = scored(TEXT, registry, "test", unseal=True)
    assert len(printed) == 120
    assert Registry(registry).looks([*printed]).most == 1


def test_without_a_registry_the_verdict_says_so(tmp_path):
    run = evolve(parse_recipe(TEXT), tmp_path / "run", registry="none")
    assert "openings by other runs are not counted" in (run.winner / "README.md").read_text()


def test_scores_that_lie_beyond_what_is_assumed_must_be_declared(tmp_path):
    (tmp_path / "quality.py").write_text("def points(doc, answer):\n    return 40 + len(answer)\n")
    term = f"{{task: zoo_arithmetic, python: '{tmp_path}/quality.py:points'"
    text = TEXT.replace("{task: zoo_arithmetic, metric: exact_match", term)

    def score(text):
        return (
            score_model(
                "zoo:arithmetic",
                parse_recipe(text, "r.yaml"),
                "search",
                "cpu",
                Permissions(allow_python=True),
            )
            .tasks["zoo_arithmetic"]
            .score
        )

    with pytest.raises(RecipeError, match=r"r.yaml:\d+: zoo_arithmetic: an item scores 4\d"):
        score(text)
    ranged = text.replace(":points'", ":points', range: [0, 100]")
    assert 40 < score(ranged) < 44
    assert score(text.replace(":points'", ":points', range: [0, 41]")) == 41
