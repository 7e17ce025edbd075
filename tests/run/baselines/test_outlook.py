"""A search in which nothing can be learnt does not begin unasked."""

import pytest

from evomerge import evolve, resume
from evomerge.errors import RecipeError
from evomerge.ledger import Cautioned, Ledger
from evomerge.recipe import parse_recipe
from tests.run.small import TEXT
from tests.score.small_tasks import write_task

ROWS = [{"question": f"{n} + {n} in digits =", "answer": "banana"} for n in range(60)]
SUMS = [{"question": f"{n} + 1 in digits =", "answer": str(n + 1)} for n in range(60, 90)]
LARGEST = "    - {task: zoo_largest, metric: acc}\n"


def recipe(file, more=""):
    """The small search on a task of sixty items."""
    term = f'    - {{task: {file}, metric: "exact_match,raw"}}\n{more}'
    head, rest = TEXT.split("  fitness:\n")
    text = f"{head}  fitness:\n{term}{rest[rest.index('  splits:') :]}"
    text = text.replace(
        "search: 24, validation: 16, test: 60", "search: 15, validation: 10, test: 20"
    )
    return parse_recipe(text.replace("evaluations: 10", "evaluations: 2"), "r.yaml")


@pytest.fixture
def hopeless(tmp_path):
    """A task that nobody can solve."""
    return write_task(tmp_path, "generation", rows=ROWS)


def told(folder):
    with Ledger(folder) as ledger:
        return [one for cautioned in ledger.all_of(Cautioned) for one in cautioned.cautions]


def trials(folder):
    with Ledger(folder) as ledger:
        return {trial.digest for trial in ledger.trials() if trial.place}


def test_it_stops_before_it_spends_anything_and_says_why(tmp_path, hopeless):
    folder = tmp_path / "run"
    with pytest.raises(RecipeError) as caught:
        evolve(recipe(hopeless), folder)
    line = str(caught.value)
    assert line.startswith("r.yaml:")
    assert "generation: the parents and their average all score 0 on each of its 15" in line
    assert "where 'banana' is right: it tells nobody apart; give it weight 0, or try gold" in line
    assert f"evomerge resume {folder} --anyway" in line
    assert not trials(folder)
    assert [sentence for sentence in told(folder) if "tells nobody apart" in sentence]


def test_it_goes_on_where_the_user_says_so_then_and_later(tmp_path, hopeless):
    folder = tmp_path / "run"
    with pytest.raises(RecipeError, match="nothing can be learnt"):
        evolve(recipe(hopeless), folder)
    with pytest.raises(RecipeError, match="nothing can be learnt"):
        resume(folder)
    run = resume(folder, anyway=True)
    assert not run.promoted
    assert len(trials(folder)) == 2
    assert resume(folder).weights_sha256 == run.weights_sha256
    asked = evolve(recipe(hopeless), tmp_path / "other", anyway=True)
    assert asked.weights_sha256 == run.weights_sha256
    with Ledger(asked.folder) as ledger:
        assert ledger.facts()["options"]["anyway"] is True


def test_one_task_that_tells_models_apart_is_enough(tmp_path, hopeless):
    folder = tmp_path / "run"
    evolve(recipe(hopeless, LARGEST), folder)
    (alike,) = [sentence for sentence in told(folder) if "tells nobody apart" in sentence]
    assert alike.startswith("generation: ")
    assert len(trials(folder)) == 2


def test_answers_that_score_nothing_are_shown_with_what_befell_them(tmp_path):
    file = write_task(tmp_path, "generation", rows=[*ROWS[:30], *SUMS])
    text = file.read_text().replace("max_gen_toks: 5", "max_gen_toks: 1")
    file.write_text(text.replace('until: ["\\n", "4"]', 'until: ["\\n"]'))
    evolve(recipe(file, LARGEST), tmp_path / "run")
    (cut,) = [sentence for sentence in told(tmp_path / "run") if "are cut at" in sentence]
    assert cut.startswith("generation: 100% of zoo:base's, 100% of zoo:arithmetic's, 100% of zoo:l")
    assert "let answers be longer (max_gen_toks)" in cut
