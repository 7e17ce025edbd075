import evomerge
from evomerge.permissions import Permissions
from evomerge.recipe import parse_recipe
from evomerge.run.folder.beginning import begun_with
from evomerge.run.folder.proposed import proposed
from tests.run.preparation.test_proposals import SAID, allowing, recipe_at
from tests.score.judges.served import serving


def test_a_recipe_without_a_proposer_is_left_alone(tmp_path):
    recipe = parse_recipe("merge_method: {formula: mean(theta)}\nmodels: [{model: A}]")
    assert proposed(recipe, tmp_path / "run", Permissions()) is recipe


def test_a_run_has_the_formulas_in_its_recipe_and_asks_no_second_time(tmp_path):
    with serving(lambda asked, n: SAID) as server:
        recipe, permissions = recipe_at(server.url), allowing(server.url)
        first = evomerge.evolve(recipe, tmp_path / "run", permissions=permissions)
    begun, _ = begun_with(tmp_path / "run")
    assert begun.merge_method.formula.gene.starts[1] == "b + median(w * d)"
    # The server is gone.
    assert evomerge.evolve(recipe, tmp_path / "run", permissions=permissions) == first
    assert evomerge.resume(tmp_path / "run") == first
    assert len(server.asked) == 1
