import math

import pytest

from evomerge.engine.request import Generated, to_plain
from evomerge.ledger import ItemScore, Ledger, Part, Split, State
from evomerge.recipe import Floor, Genome
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.watching.looking import Looking
from evomerge.workers.fake import FakeWorkers
from tests.run.fakes import near_peak, prepared

READY = prepared(count=6, floor=Floor(margin=0.1))
GOOD, BAD = (Offspring(READY.recipe, digest) for digest in "gb")


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path, create=True) as opened:
        yield opened


def part(digest, split, values, answers=None, audit=None, weight=1.0):
    scores = tuple(
        ItemScore("t", f"{split}{n:03d}", value, weight) for n, value in enumerate(values)
    )
    kept = {("t", f"{split}{n:03d}"): to_plain([said]) for n, said in enumerate(answers or ())}
    return Part(digest, split, State.SCORED, scores=scores, answers=kept, audit=audit or {})


def looking(ledger, *parts):
    if parts:
        ledger.record(*parts)
    return Looking(READY.benchmark, Evaluations(ledger, READY.benchmark, lambda: None, "all"), 0)


def text(said):
    return Generated(said, 1, True)


def test_scores_come_with_their_errors_and_a_look_from_the_audit(ledger):
    audit = {"t": {"items": 6, "empty": 0.5, "tokens_mean": 7.5, "asked": "x", "languages": {}}}
    seen = looking(
        ledger, part("g", "search", [1, 1, 0, 0]), part("g", "validation", [1] * 6, audit=audit)
    )
    READY.benchmark.floors.measure(Split.VALIDATION, {"A": {"t": 0.8}})
    task = seen.watched(GOOD).tasks["t"]
    assert (task.search.mean, task.search.items) == (0.5, 4)
    assert task.search.error == pytest.approx(math.sqrt((1 / 3) / 4))
    assert (task.validation.mean, task.validation.error) == (1.0, 0.0)
    assert (task.look.items, task.look.empty, task.look.tokens_mean) == (6, 0.5, 7.5)
    assert task.floor == pytest.approx(0.7)
    assert task.changed is None


def test_items_that_do_not_count_are_no_score(ledger):
    seen = looking(ledger, part("g", "search", [1, 0], weight=0.0))
    task = seen.watched(GOOD).tasks["t"]
    assert (task.search, task.validation, task.look) == (None, None, None)


def test_who_failed_does_nothing(ledger):
    seen = looking(ledger, Part("g", "validation", State.FAILED, "NaN"))
    assert seen.watched(GOOD).tasks == {}


def test_answers_are_compared_with_those_of_the_first_cycles_leader(ledger):
    old = [text("a b"), text("same"), text("c")]
    new = [text("a x"), text("same"), text("d")]
    seen = looking(
        ledger, part("g", "validation", [1] * 3, new), part("b", "validation", [1] * 3, old)
    )
    task = seen.watched(GOOD, "b").tasks["t"]
    assert task.changed == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert task.changed_items == 3
    assert seen.watched(GOOD, "gone").tasks["t"].changed is None


def test_the_population_is_as_varied_as_its_answers_to_items_that_all_were_asked(ledger):
    seen = looking(
        ledger,
        part("g", "search", [1, 1, 0], [text("a"), text("b"), text("z")]),
        part("b", "search", [1, 1], [text("a"), text("a")]),
        part("p", "search", [1, 1, 1], [text("a"), text("b"), text("c")]),
        part("q", "search", [0, 0, 0], [text("a"), text("a"), text("a")]),
    )
    parents = [Offspring(READY.recipe, digest) for digest in "pq"]
    (found,) = seen.entropies([GOOD, BAD, GOOD], parents).values()
    assert found.items == 2
    assert found.population == pytest.approx(0.8113, abs=1e-4)
    assert found.baseline == 1.0, "of the better parent"
    assert seen.entropies([GOOD, GOOD], parents) == {}, "one alone is no population"


def test_a_model_is_asked_once(ledger):
    seen = looking(ledger)
    workers, model = FakeWorkers(near_peak), Offspring(Genome(READY.recipe).decode((0.5, 0.5)), "n")
    for _ in range(2):
        seen.ask(model, workers)
    assert [job.size for job in workers.submitted] == [6, 6]
    assert [part.split for part in ledger.parts()] == ["search", "validation"]
