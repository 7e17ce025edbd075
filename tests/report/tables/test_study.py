import math
import re
from dataclasses import replace

import pytest

from evomerge.errors import UserError
from evomerge.ledger import Asked, Objective, Place, RunBegan, State, Told
from evomerge.recipe.values import Gene
from evomerge.report.tables.study import NEVER, export_study, trials_of
from evomerge.report.tables.tried import gathered
from tests.report.history import records
from tests.report.tables.runs import COST, DENSITY, FACTS, RECIPE, WEIGHT, genome, trial, written

optuna = pytest.importorskip("optuna")


@pytest.mark.parametrize("kind", ["sqlite", "journal"])
def test_what_optuna_reads_is_what_the_ledger_has(tmp_path, kind):
    url = f"sqlite:///{tmp_path}/x.db" if kind == "sqlite" else str(tmp_path / "x.log")
    name = export_study(written(tmp_path / "run"), url)
    study = optuna.load_study(study_name=name, storage=_storage(url))
    first, failed, pruned, never = study.get_trials()

    assert name == str(tmp_path / "run")
    assert (study.metric_names, study.directions[0].name) == (["fitness"], "MAXIMIZE")
    assert (first.state.name, first.values, first.intermediate_values) == (
        "COMPLETE",
        [0.5],
        {1: 0.1 + 0.2, 2: 0.5},
    )
    assert first.params == {WEIGHT: 1.0, DENSITY: 1}
    assert failed.params == {WEIGHT: 0.25, DENSITY: 0.5}
    assert first.distributions == {
        WEIGHT: optuna.distributions.FloatDistribution(0.25, 1.0, log=True),
        DENSITY: optuna.distributions.CategoricalDistribution((1, 0.5)),
    }
    assert (failed.state.name, failed.user_attrs["reason"]) == ("FAIL", "=HYPERLINK(1)")
    assert failed.user_attrs["operator"] == "mutation"
    assert failed.user_attrs["recorded"]["origins"] == [0]
    assert first.user_attrs["recorded"]["tokens"] == COST.tokens
    assert first.user_attrs["validation"] == 0.625
    assert (pruned.state.name, pruned.value) == ("PRUNED", 0.5)
    assert (never.state.name, never.user_attrs["reason"]) == ("FAIL", NEVER)
    assert study.best_trial.number == first.number
    assert first.datetime_complete >= first.datetime_start


def _storage(url):
    if "://" in url:
        return url
    backend = optuna.storages.journal.JournalFileBackend(url)
    return optuna.storages.JournalStorage(backend)


def test_a_run_that_is_there_already_is_told_and_nothing_is_added(tmp_path):
    url, run = f"sqlite:///{tmp_path}/x.db", written(tmp_path / "run")
    export_study(run, url)
    with pytest.raises(UserError, match=r"already.*delete_study"):
        export_study(run, url)
    export_study(written(tmp_path / "other"), url)

    summaries = optuna.get_all_study_summaries(url)
    assert [summary.n_trials for summary in summaries] == [4, 4]


@pytest.mark.parametrize(
    "url", ["sqlite:////no/such/x.db", "x://y", "mysql://u:secret@h/d", "/no/x"]
)
def test_a_place_that_cannot_be_used_is_told(tmp_path, url):
    run = written(tmp_path / "run")
    with pytest.raises(UserError, match=rf"--optuna {re.escape(url)[:5]}.*cannot be used") as told:
        export_study(run, url)
    assert "secret" not in str(told.value)


def test_half_a_study_is_none(tmp_path, monkeypatch):
    url, run = f"sqlite:///{tmp_path}/x.db", written(tmp_path / "run")
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(optuna.Study, "add_trial", _interrupted)
        export_study(run, url)
    assert optuna.get_all_study_summaries(url) == []


def _interrupted(*_):
    raise KeyboardInterrupt


def test_what_is_not_scored_yet_is_running_while_a_process_goes_on():
    (*_, waiting) = trials_of(replace(gathered(records(FACTS)), is_running=True))
    assert (waiting.state.name, waiting.datetime_complete) == ("RUNNING", None)


def test_several_goals_are_several_directions():
    recipe = {**RECIPE, "evolve": {**RECIPE["evolve"], "search": {"algorithm": "nsga-ii"}}}
    asked = Asked(0, Place(0, 0, 0), genome(0.5, 0.5), "x", "sample")
    told = Told(0, (Objective(0.5), Objective(1.0), Objective(0.0)), 0.125, State.SCORED)
    scored = trial("x", asked.place, 0.5, 2, violation=0.125)
    (made,) = trials_of(gathered(records([RunBegan({"recipe": recipe}), asked, scored, told])))

    assert made.values == [1.0, 0.0]
    assert made.constraints == {"floors": 0.125}


def test_choices_that_optuna_takes_for_one_are_told_apart():
    from evomerge.report.tables.study import _distribution, _value

    gene = Gene(choice=(1, True, 1.5))
    assert _distribution(gene).choices == ("1", "true", "1.5")
    assert _value(gene, True) == "true"
    assert math.isclose(_value(Gene(choice=(1, 1.5)), 1.5), 1.5)
