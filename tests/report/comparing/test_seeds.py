import pytest

from evomerge.report.comparing.compared_run import compared_run
from evomerge.report.comparing.seeds import seed_spreads
from tests.report.comparing.runs import LOST, WON, facts, written
from tests.report.history import RECIPE


def runs(folder, *more):
    return [
        compared_run(written(folder / str(n), facts(**one)), str(n)) for n, one in enumerate(more)
    ]


def test_seeds_of_one_recipe_have_a_mean_and_a_spread(tmp_path):
    other = {**RECIPE, "merge_method": "slerp"}
    made = runs(
        tmp_path,
        {"seed": 3},
        {"seed": 4, "test": LOST},
        {"seed": 3, "test": LOST},
        {"seed": 5, "recipe": other},
    )
    (spread,) = seed_spreads(made)

    assert (spread.runs, spread.seeds) == (("0", "1"), (3, 4))
    test = spread.fitness["test"]
    assert (test.mean, test.least, test.most, test.count) == (0.5, 0.2, 0.8, 2)
    assert test.deviation == pytest.approx(0.3 * 2**0.5)
    assert spread.fitness["search"].deviation == 0


def test_what_only_one_seed_has_is_left_out(tmp_path):
    made = runs(tmp_path, {"seed": 3, "test": WON}, {"seed": 4, "test": None})
    (spread,) = seed_spreads(made)
    assert spread.fitness.keys() == {"search", "validation"}
    assert seed_spreads(made[:1]) == ()
