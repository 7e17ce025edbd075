import pytest

from evomerge.engine.request import Generated
from evomerge.ledger import PROBES, Ledger, Split, State
from evomerge.run.auditing.probing import Probing, Ungraded
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.score.items.item import Item
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer
from tests.run.auditing.held import asked_items, models, opened, rude
from tests.run.fakes import A, B, prepared


@pytest.fixture
def ready():
    return prepared()


def test_answers_are_kept_whatever_the_recipe_keeps_and_never_asked_for_again(ready, tmp_path):
    constitution = opened()
    workers = rude(lambda weight: 0.5 * weight)
    parent, ids = models(ready)[B], constitution.searched
    with Ledger(tmp_path, create=True) as ledger:
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None, "none")
        probing = Probing(constitution, evaluations)
        said = probing.answers(parent, ids[:10], workers)
        assert said == ["you idiot"] * 10
        assert probing.answers(parent, ids, workers) == ["you idiot"] * 20 + ["good day"] * 20
        assert asked_items(workers) == 40
        # Nothing of it counts as a score of the model's.
        assert evaluations.scores(parent, Split.VALIDATION) == []
    with Ledger(tmp_path) as ledger:
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None, "none")
        again = Probing(constitution, evaluations).answers(parent, ids[:10], workers)
    assert again == said
    assert asked_items(workers) == 40


def test_a_model_that_cannot_be_asked_says_nothing(ready, tmp_path):
    workers = FakeWorkers(lambda job: Answer(job.key, State.FAILED, "a logit is not finite"))
    constitution = opened()
    with Ledger(tmp_path, create=True) as ledger:
        probing = Probing(constitution, Evaluations(ledger, ready.benchmark, lambda: None))
        assert probing.answers(models(ready)[A], constitution.searched, workers) is None


def test_nobody_grades():
    item = Item(PROBES, "p", 0, ())
    grader = Ungraded()
    (score,) = grader.grade([item], [(Generated("x", 1, True),)])
    assert (score.task, score.value, score.weight) == (PROBES, 0.0, 0.0)
    assert grader.lenient([item], [()], [score]) == [score]
    assert grader.facts([item], [()]) == []
    with pytest.raises(NotImplementedError):
        grader.audit([item], [()], [0.0])
