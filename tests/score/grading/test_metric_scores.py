"""Items scored by a metric of lm-eval's."""

from types import SimpleNamespace

import pytest

from evomerge.errors import TrialError
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


def heard(*said):
    return [
        [SimpleNamespace(doc=item.id, filtered_resps={"f": text})]
        for item, text in zip(ITEMS, said, strict=True)
    ]


@pytest.fixture
def judge():
    return Judge()


def test_the_same_text_for_the_same_item_is_judged_once(judge, capsys):
    scores = MetricScores(judge, METRIC, remembers=True)
    assert [one.value for one in scores.of(ITEMS, heard("a", "a"))] == [1.0, 0.0]
    assert [one.value for one in scores.of(ITEMS, heard("a", "b"))] == [1.0, 1.0]
    assert judge.asked == 3
    again = scores.afresh(zip(ITEMS, heard("a", "b"), strict=True))
    assert [one.value for one in again] == [1.0, 1.0]
    assert judge.asked == 5, "afresh nothing is remembered"
    assert "judging" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("remembers", "said"),
    [(False, "a"), (True, ["a"]), (True, (-1.0, True))],
)
def test_code_of_the_tasks_own_and_what_is_no_text_is_judged_each_time(judge, remembers, said):
    scores = MetricScores(judge, METRIC, remembers=remembers)
    first, second = (scores.of(ITEMS, heard(said, said)) for _ in range(2))
    assert first == second
    assert judge.asked == 4


def test_what_cannot_be_judged_is_told_each_time(judge):
    scores = MetricScores(judge, METRIC, remembers=True)
    for _ in range(2):
        with pytest.raises(TrialError, match=r"^item b: .*no room for it"):
            scores.of(ITEMS, heard("a", "fail"))
    assert judge.asked == 3
