"""lm-eval's instances, with answers in their places."""

from types import SimpleNamespace

import pytest

from evomerge.engine.request import Generated, Likelihood, Likely
from evomerge.errors import TrialError
from evomerge.score.grading.instances import Instances
from evomerge.score.items.item import Item


class Filter:
    name = "first"

    def apply(self, instances):
        for instance in instances:
            instance.filtered_resps[self.name] = instance.resps[0]


def instance(kind, doc="doc"):
    return SimpleNamespace(request_type=kind, repeats=1, doc=doc)


@pytest.fixture
def instances():
    return Instances(SimpleNamespace(_filters=[Filter()]))


def test_answers_go_to_the_instances_that_asked_for_them(instances):
    first, second, text = (instance(kind) for kind in ("loglikelihood",) * 2 + ("generate_until",))
    item, other = Item("t", "a", 7, ()), Item("t", "b", 2, ())
    instances.note(7, [(first, 1), (second, 1)])
    instances.note(2, [(text, 1)])
    answers = [(Likely(-1.0, True), Likely(-2.0, False)), (Generated("four", 1, True),)]
    found = instances.answered([item, other], answers, "first")
    assert found == [[first, second], [text]]
    assert [one.resps for one in (first, second, text)] == [
        [(-1.0, True)],
        [(-2.0, False)],
        ["four"],
    ]
    assert text.filtered_resps == {"first": "four"}
    assert instances.doc(item) == "doc"


def test_a_long_text_is_answered_in_pieces(instances):
    rolling = instance("loglikelihood_rolling")
    requests = tuple(Likelihood((1, n), 1) for n in range(3))
    item = Item("t", "a", 0, requests)
    instances.note(0, [(rolling, 3)])
    answers = tuple(Likely(-float(n), False) for n in range(3))
    assert instances.pieces(item, answers) == [[*zip(requests, answers, strict=True)]]
    instances.answered([item], [answers], "first")
    assert rolling.resps == [-3.0]


def test_two_golds_are_two_pieces(instances):
    requests = tuple(Likelihood((1, n), 1) for n in range(3))
    item = Item("t", "a", 0, requests)
    instances.note(0, [(instance("loglikelihood"), 1), (instance("loglikelihood"), 2)])
    answers = tuple(Likely(-float(n), False) for n in range(3))
    assert [len(piece) for piece in instances.pieces(item, answers)] == [1, 2]
    with pytest.raises(ValueError, match="shorter"):
        instances.pieces(item, answers[:2])


def test_an_answer_that_the_filter_leaves_out_is_told(instances):
    class Drops(Filter):
        def apply(self, instances):
            pass

    instances._task._filters = [Drops()]
    instances.note(0, [(instance("generate_until"), 1)])
    with pytest.raises(TrialError, match="item a: the filter first gave nothing"):
        instances.answered([Item("t", "a", 0, ())], [(Generated("x", 1, True),)], "first")
