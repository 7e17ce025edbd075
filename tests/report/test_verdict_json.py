import json
from dataclasses import replace

import pytest

from evomerge.report.verdict import EarlierVerdict
from evomerge.report.verdict_json import verdict_from_json, verdict_to_json
from tests.report.constitutions import BROKEN, UNFIT
from tests.report.history import FRONT, VERDICT

RELEASED = {
    "verdict": "promoted",
    "winner": 0.825,
    "best_parent": 0.575,
    "best_parent_name": "zoo:largest",
    "items": 40,
    "difference": 0.25,
    "p_value": 0.01,
    "reasons": [],
}


@pytest.mark.parametrize(
    "verdict",
    [
        VERDICT,
        replace(VERDICT, finalist=1, reasons=("t: not kept",)),
        replace(VERDICT, choice=FRONT),
        replace(VERDICT, constitution=BROKEN),
        replace(VERDICT, constitution=UNFIT),
        replace(VERDICT, best=None, comparisons={}, floors={}, flags=(), p_value=1.0),
    ],
    ids=["promoted", "refused", "of several goals", "of a constitution", "unfit", "incomplete"],
)
def test_what_is_written_is_read_back(verdict):
    plain = verdict_to_json(verdict)
    text = json.dumps(plain, allow_nan=False)
    assert verdict_from_json(json.loads(text)) == verdict
    assert json.dumps(verdict_to_json(verdict_from_json(json.loads(text)))) == text


def test_the_values_that_programs_read():
    plain = verdict_to_json(VERDICT)
    assert (plain["verdict"], plain["openings"], plain["best_parent_name"]) == ("promoted", 2, "A")
    assert (plain["difference"], plain["interval"]) == (0.25, [0.125, 0.375])
    assert plain["comparisons"]["A"]["p_corrected"] == 0.002
    assert plain["comparisons"]["A"]["lenient"]["difference"] == 0.2
    assert plain["comparisons"]["B"]["tasks"]["t"]["difference"] == 0.5
    assert plain["floors"]["t"]["shown"] is True
    assert plain["selection"]["finalists"][0]["flags"][0]["what"] == "cut"


def test_a_verdict_of_the_released_version_stays_as_it_was_written():
    verdict = verdict_from_json(RELEASED)
    assert isinstance(verdict, EarlierVerdict)
    assert (verdict.winner, verdict.best) == (0.825, "zoo:largest")
    assert verdict_to_json(verdict) == RELEASED
