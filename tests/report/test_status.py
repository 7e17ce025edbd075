import json
from dataclasses import replace

import pytest

from evomerge.errors import RunFolderError
from evomerge.ledger import (
    UNIFORM,
    BaselinesNamed,
    Cost,
    FinalistTested,
    Finished,
    Ledger,
    Lock,
    Named,
    Part,
    Place,
    RunFailed,
    SessionBegan,
    State,
    Trial,
    WinnerChosen,
)
from evomerge.report.status import status
from evomerge.report.verdict_json import verdict_to_json
from tests.report.history import FRONT, VERDICT
from tests.report.test_made import FIRST
from tests.run.fakes import A, B

REFUSED = json.loads(json.dumps(verdict_to_json(replace(VERDICT, reasons=("too weak",)))))


def trial(digest, split, fitness, position=None, state=State.SCORED, **more):
    return Trial(
        digest=digest,
        split=split,
        recipe={},
        state=state,
        fitness=fitness,
        place=None if position is None else Place(0, position // 2, position),
        **more,
    )


@pytest.fixture
def folder(tmp_path):
    """A run in the middle of its search."""
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(BaselinesNamed((Named(A, "a"), Named(B, "b"), Named(UNIFORM, "u"))))
        ledger.record(SessionBegan())
        for digest, fitness in (("a", 0.5), ("b", 0.25), ("u", 0.375)):
            ledger.record(trial(digest, "search", fitness))
        ledger.record(trial("x", "search", 0.75, 0))
        ledger.record(trial("y", "search", None, 1, State.FAILED))
        ledger.record(trial("z", "search", 0.625, 2))
        ledger.record(trial("v", "search", 0.9, 3, State.PRUNED))
        ledger.record(trial("w", "search", None, 4, State.CANCELLED))
        for digest in "aabuxyz":
            cost = Cost(0.5, 1.0, 0.25, 100)
            ledger.record_part(Part(digest, "search", State.SCORED, cost=cost))
    return tmp_path


def test_a_run_in_its_middle(folder):
    facts = status(folder)
    assert facts["state"] == "stopped"
    assert facts["generation"] == 2
    assert facts["trials"] == {"scored": 2, "failed": 1, "pruned": 1, "cancelled": 1}
    assert facts["best"] == {"digest": "x", "search": 0.75, "validation": None}
    assert facts["parents"] == {
        "A": {"search": 0.5, "validation": None, "test": None},
        "B": {"search": 0.25, "validation": None, "test": None},
    }
    assert facts["uniform"] == {"search": 0.375, "validation": None, "test": None}
    assert facts["promotion"] == {"verdict": "pending"}
    assert facts["weights_sha256"] is None


def test_costs_add_up_and_cancelled_trials_are_no_evaluations(folder):
    cost = status(folder)["cost"]
    assert cost["evaluations"] == 4
    assert (cost["merge_s"], cost["forward_s"], cost["other_s"]) == (3.5, 7.0, 1.75)
    assert cost["tokens"] == 700
    assert cost["wall_s"] > 0


def test_a_candidate_that_breaks_a_floor_is_not_the_best(folder):
    with Ledger(folder, create=True) as ledger:
        ledger.record(trial("f", "search", 0.99, 5, violation=0.01))
    assert status(folder)["best"]["digest"] == "x"


def test_a_trial_that_went_on_in_the_finals_counts_once_as_it_ended(folder):
    with Ledger(folder, create=True) as ledger:
        ledger.record(trial("v", "search", 0.95, 3))
    assert status(folder)["trials"] == {"scored": 3, "failed": 1, "pruned": 0, "cancelled": 1}
    assert status(folder)["best"]["digest"] == "v"
    with Ledger(folder, create=True) as ledger:
        ledger.record(replace(trial("r", "search", 0.99), place=Place(-1, 0, 0)))
    assert status(folder)["cost"]["evaluations"] == 4, "random search is no part of the search"


def test_the_winner_is_the_best_once_there_is_one(folder):
    with Ledger(folder, create=True) as ledger:
        ledger.record(trial("z", "validation", 0.875))
        ledger.record(WinnerChosen("z"))
    assert status(folder)["best"] == {"digest": "z", "search": 0.625, "validation": 0.875}


def test_a_front_is_told_by_its_members_scores(folder):
    assert status(folder)["front"] is None
    with Ledger(folder, create=True) as ledger:
        ledger.record(WinnerChosen("z", finalists=FRONT.finalists, front=FRONT.front))
    assert status(folder)["front"] == {
        "goals": ["sums", "words"],
        "members": [
            {"finalist": 0, "digest": "x", "scores": {"sums": 0.5, "words": 0.75}},
            {"finalist": 1, "digest": "z", "scores": {"sums": 1.0, "words": 0.0}},
        ],
        "knee": 1,
        "hypervolume": 0.375,
        "reference": [0.25, 0.0],
    }


def test_the_state_follows_the_last_end_and_the_lock(folder):
    held = Lock(folder)
    assert status(folder)["state"] == "running"
    held.release()
    with Ledger(folder, create=True) as ledger:
        for event, state in (
            (RunFailed("x"), "failed"),
            (SessionBegan(), "stopped"),
            (Finished("s", REFUSED), "finished"),
            (SessionBegan(finalist=1), "stopped"),
            (FinalistTested("s", verdict_to_json(VERDICT)), "finished"),
        ):
            ledger.record(event)
            assert status(folder)["state"] == state
    facts = json.loads(json.dumps(status(folder)))
    assert facts["promotion"] == REFUSED
    assert [again["verdict"] for again in facts["promoted_again"]] == ["promoted"]


def test_a_run_that_has_not_scored_anything(tmp_path):
    Ledger(tmp_path, create=True).close()
    facts = status(tmp_path)
    assert (facts["state"], facts["generation"], facts["best"]) == ("stopped", None, None)


def test_a_folder_without_a_run(tmp_path):
    with pytest.raises(RunFolderError, match="not a run folder"):
        status(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_the_population_wrote_is_counted(folder):
    assert status(folder)["made"] is None
    with Ledger(folder, create=True) as ledger:
        ledger.record(FIRST)
    made = status(folder)["made"]
    assert (made["kept"], made["writers"]["sums"]["scored"]) == (6, 1)
    assert json.loads(json.dumps(made)) == made
