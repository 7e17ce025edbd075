import shutil

import pytest

from evomerge import evolve, resume
from evomerge.errors import RecipeError, RunFolderError
from evomerge.ledger import Asked, Ledger
from evomerge.recipe import Genome, load_recipe, parse_recipe
from evomerge.report.reader import view_of
from evomerge.run.preparation.starting.winners import earlier_winner
from tests.run.small import TEXT

SMALL = TEXT.replace("evaluations: 10", "evaluations: 4").replace("test: 60", "test: 20")


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    return evolve(parse_recipe(SMALL), tmp_path_factory.mktemp("runs") / "earlier").folder


def recipe_from_run(folder, *runs, text=SMALL):
    lines = f"evolve:\n  start_from: [{', '.join(map(str, runs))}]\n"
    (folder / "recipe.yaml").write_text(text.replace("evolve:\n", lines))
    return load_recipe(folder / "recipe.yaml")


def winners(recipe):
    return [earlier_winner(recipe, run) for run in recipe.evolve.start_from]


def test_the_winner_of_an_earlier_run_is_where_the_search_begins(earlier, tmp_path):
    shutil.copytree(earlier, tmp_path / "here")
    recipe = recipe_from_run(tmp_path, "here", earlier)
    first, second = winners(recipe)
    made = Genome(recipe).decode(first)
    assert first == second
    assert made.plain()["models"] == view_of(earlier).finalists[0].recipe["models"]


def test_a_run_begins_with_it_and_knows_it_by_content(earlier, tmp_path):
    shutil.copytree(earlier, tmp_path / "first")
    recipe = recipe_from_run(tmp_path, "first")
    run = evolve(recipe, tmp_path / "run").folder
    assert genomes(run) != genomes(earlier), "the same seed around another genome"
    assert resume(run).folder == run
    before = winners(recipe)
    shutil.rmtree(tmp_path / "first")
    shutil.copytree(run, tmp_path / "first")
    assert winners(recipe) != before
    with pytest.raises(RunFolderError, match="belongs to another run"):
        resume(run)


def genomes(folder):
    with Ledger(folder) as ledger:
        return [asked.genome for asked in ledger.all_of(Asked)]


def test_other_genes_are_refused_with_the_line(earlier, tmp_path):
    text = SMALL.replace("evolve:\n", "parameters: {lambda: {gene: {low: 0, high: 2}}}\nevolve:\n")
    with pytest.raises(
        RecipeError, match=r"yaml:8: start_from .*only this recipe has the gene parameters.lambda"
    ):
        winners(recipe_from_run(tmp_path, earlier, text=text))


def test_a_winner_beyond_a_genes_range_is_refused(earlier, tmp_path):
    text = SMALL.replace("low: 0, high: 1.5", "low: 10, high: 11")
    with pytest.raises(RecipeError, match="none of this recipe's candidates"):
        winners(recipe_from_run(tmp_path, earlier, text=text))


def test_a_folder_without_a_winner_is_refused(tmp_path):
    with pytest.raises(RecipeError, match=r"recipe.yaml:7: start_from .*/nothing"):
        winners(recipe_from_run(tmp_path, tmp_path / "nothing"))
    (tmp_path / "empty").mkdir()
    with Ledger(tmp_path / "empty", create=True):
        pass
    with pytest.raises(RecipeError, match=r"has not chosen its winner yet; .* resume .*empty"):
        winners(recipe_from_run(tmp_path, tmp_path / "empty"))


def test_without_it_there_are_none():
    assert winners(parse_recipe(SMALL)) == []
