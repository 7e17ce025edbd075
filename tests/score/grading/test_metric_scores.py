"""Items scored by a metric of lm-eval's."""

from types import SimpleNamespace

import pytest

from evomerge.errors import TrialError
from evomerge.score.grading import metric_scores
from evomerge.score.grading.metric import Metric
from evomerge.score.grading.metric_scores import MetricScores
from evomerge.score.items.item import Item
from evomerge.score.proof.scale import BINARY

ITEMS = [Item("t", name, number, ()) for number, name in enumerate("ab")]
METRIC = Metric("m", "f", 1.0, None, BINARY)


class Judge:
    """Right is what the document says; counts how often it was asked."""

    asked = 0

    def process_results(self, doc, results):
        self.asked += 1
        print("judging")
        if results[0] == "fail":
            raise KeyError("no room for it")
        return {"m": float(results[0] == doc)}


def heard(items, responses):
    return [
        [SimpleNamespace(doc=item.id, filtered_resps={"f": said})]
        for item, said in zip(items, responses, strict=True)
    ]


def as_it_is(item, said):
    return said


@pytest.fixture
def judge():
    return Judge()


def test_what_decides_the_same_for_the_same_item_is_judged_once(judge, capsys):
    scores = MetricScores(judge, METRIC, as_it_is)
    assert [one.value for one in scores.of(ITEMS, ("a", "a"), heard)] == [1.0, 0.0]
    assert [one.value for one in scores.of(ITEMS, ("a", "b"), heard)] == [1.0, 1.0]
    assert judge.asked == 3
    again = scores.afresh(zip(ITEMS, heard(ITEMS, ("a", "b")), strict=True))
    assert [one.value for one in again] == [1.0, 1.0]
    assert judge.asked == 5, "afresh nothing is remembered"
    assert "judging" not in capsys.readouterr().out


def test_where_nobody_knows_what_decides_each_answer_is_judged(judge):
    scores = MetricScores(judge, METRIC, lambda item, said: None)
    first, second = (scores.of(ITEMS, ("a", "a"), heard) for _ in range(2))
    assert first == second
    assert judge.asked == 4


def test_what_cannot_be_judged_is_told_each_time(judge):
    scores = MetricScores(judge, METRIC, as_it_is)
    for _ in range(2):
        with pytest.raises(TrialError, match=r"^item b: .*no room for it"):
            scores.of(ITEMS, ("a", "fail"), heard)
    assert judge.asked == 4


def test_no_more_is_remembered_than_there_is_room_for(judge, monkeypatch):
    monkeypatch.setattr(metric_scores, "MOST_KNOWN", 3)
    scores = MetricScores(judge, METRIC, as_it_is)
    for said in (("a", "b"), ("c", "d"), ("c", "d")):
        assert [one.value for one in scores.of(ITEMS, said, heard)] == [
            float(text == item.id) for item, text in zip(ITEMS, said, strict=True)
        ]
