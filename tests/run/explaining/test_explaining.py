"""A real run's winner explained: nothing sealed is touched, and nothing is done twice."""

import shutil

import pytest

from evomerge import evolve, explain, promote_finalist, resume, status
from evomerge.errors import RunFolderError
from evomerge.ledger import ItemsOpened, Ledger, Part, Split, WinnerExplained
from evomerge.recipe import parse_recipe
from evomerge.report.reader import view_of
from evomerge.run.explaining.explanation import FactorKind
from tests.run.small import TEXT

DEAD = "  - {model: zoo:french, parameters: {weight: {gene: {low: 0, high: 0.2}}}}\n"
THREE = TEXT.replace("evolve:\n", f"{DEAD}evolve:\n")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return evolve(parse_recipe(THREE), tmp_path_factory.mktemp("runs") / "run").folder


@pytest.fixture(scope="module")
def explained(finished, tmp_path_factory):
    folder = tmp_path_factory.mktemp("explained") / "run"
    shutil.copytree(finished, folder)
    return folder, explain(folder, evaluations=60)


def parts(folder):
    with Ledger(folder) as ledger:
        return [(part.digest, part.split) for part in ledger.all_of(Part)]


def test_the_parents_that_earned_the_score_are_told_from_the_dead_one(explained):
    _, explanation = explained
    by_name = {one.name: one for one in explanation.contributions}
    for name in ("zoo:arithmetic", "zoo:largest"):
        assert by_name[name].shapley.value > 3 * by_name[name].shapley.error
        assert by_name[name].left_out.value > 0
    assert explanation.dead == ["zoo:french"]
    assert explanation.evaluations <= explanation.budget == 60
    assert explanation.missing == []


def test_contributions_add_up_to_what_the_winner_is_better_than_the_base(explained):
    folder, explanation = explained
    base = status(folder)["parents"]["zoo:base"]["validation"]
    for kind in (FactorKind.PARENT, FactorKind.LAYERS):
        each = [one.shapley.value for one in explanation.contributions if one.kind is kind]
        assert sum(each) == pytest.approx(explanation.fitness - base)


def test_no_sealed_item_is_asked(finished, explained):
    folder, _ = explained
    before, after = parts(finished), parts(folder)
    assert after[: len(before)] == before
    more = [split for _, split in after[len(before) :]]
    assert set(more) <= {Split.VALIDATION, Split.SEARCH}
    assert more.count(Split.SEARCH) <= 1  # of the smallest, to be a finalist like the others
    with Ledger(folder) as ledger:
        assert len(ledger.all_of(ItemsOpened)) == 1


def test_done_again_it_says_the_same_and_asks_nothing(explained):
    folder, explanation = explained
    before = parts(folder)
    assert explain(folder, evaluations=60) == explanation
    assert parts(folder) == before
    assert status(folder)["state"] == "finished"


def test_the_smallest_recipe_is_a_finalist_that_can_be_tested(explained):
    folder, explanation = explained
    smaller = explanation.smaller
    assert smaller.parents == 2
    assert "without zoo:french" in smaller.what
    assert smaller.below.value <= smaller.below.error
    assert view_of(folder).finalists[smaller.number].ranked == smaller.ranked
    run = promote_finalist(folder, smaller.number)
    assert run.verdict.finalist == smaller.number
    assert run.verdict.opening.number == 2
    assert "french" not in (run.winner / "recipe.yaml").read_text()
    with Ledger(folder) as ledger:
        assert ledger.all_of(WinnerExplained)[0].smaller == smaller.ranked


def test_a_larger_budget_goes_on_and_an_explained_run_can_be_extended(finished, tmp_path):
    shutil.copytree(finished, tmp_path / "run")
    few = explain(tmp_path / "run", evaluations=4)
    assert few.evaluations == 4
    asked = len(parts(tmp_path / "run"))
    more = explain(tmp_path / "run", evaluations=6)
    assert more.evaluations == 6
    assert len(parts(tmp_path / "run")) <= asked + 3
    run = resume(tmp_path / "run", evaluations=12)
    shutil.copytree(finished, tmp_path / "plain")
    assert run.weights_sha256 == resume(tmp_path / "plain", evaluations=12).weights_sha256


def test_only_a_finished_run_is_explained(tmp_path, finished):
    with pytest.raises(RunFolderError):
        explain(tmp_path / "nothing")
