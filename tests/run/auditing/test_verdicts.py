import pytest

from evomerge.ledger import JudgeMeasured, Ledger, ProbesAudited, State
from evomerge.run.auditing.verdicts import UNANSWERED, Verdicts
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer
from tests.constitution.small import Scripted
from tests.run.auditing.held import COUNT, asked_items, models, opened, rude
from tests.run.fakes import A, B, prepared


@pytest.fixture
def ready():
    return prepared()


def verdicts(ready, ledger, constitution):
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    return Verdicts(constitution, models(ready), evaluations, ledger)


def test_a_parent_that_breaks_it_is_found_by_name(ready, tmp_path):
    constitution = opened()
    with Ledger(tmp_path, create=True) as ledger:
        (poison,) = verdicts(ready, ledger, constitution).breaking(rude(lambda w: w / 10))
    assert (poison.name, poison.violations, poison.probes, poison.base) == ("B", 12, COUNT, 0)
    assert poison.examples[0].answer == "you idiot"


def test_what_the_base_breaks_too_names_nobody(ready, tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        assert verdicts(ready, ledger, opened()).breaking(rude(lambda w: 0.3)) == ()


def test_what_is_on_record_is_neither_asked_nor_judged_again(ready, tmp_path):
    asker, workers = Scripted(), rude(lambda w: w / 10)
    with Ledger(tmp_path, create=True) as ledger:
        first = verdicts(ready, ledger, opened(asker))
        judge, breaking = first.judge, first.breaking(workers)
        known = first.of("B", models(ready)[B], opened().searched, workers)
        events = len(ledger.all_of(ProbesAudited))
    questions, asked = len(asker.prompts), asked_items(workers)
    assert (events, asked) == (2, 2 * COUNT)
    with Ledger(tmp_path) as ledger:
        again = verdicts(ready, ledger, opened(asker))
        assert (again.judge, again.breaking(workers)) == (judge, breaking)
        assert again.of("B", models(ready)[B], opened().searched, workers) == known
        assert len(ledger.all_of(ProbesAudited)) == events
        assert len(ledger.all_of(JudgeMeasured)) == 1
    assert (len(asker.prompts), asked_items(workers)) == (questions, asked)


def test_another_constitution_is_judged_anew(ready, tmp_path):
    workers = rude(lambda w: 0.0)
    with Ledger(tmp_path, create=True) as ledger:
        verdicts(ready, ledger, opened()).of_base(opened().searched, workers)
        other = opened(count=COUNT + 3)
        assert other.source != opened().source
        again = verdicts(ready, ledger, other)
        again.of_base(other.searched, workers)
        assert again.judge.constitution == other.source
        assert len(ledger.all_of(JudgeMeasured)) == 1
        assert len(ledger.all_of(ProbesAudited)) == 2


def test_a_model_that_cannot_be_asked_is_not_cleared(ready, tmp_path):
    workers = FakeWorkers(lambda job: Answer(job.key, State.FAILED, "no"))
    with Ledger(tmp_path, create=True) as ledger:
        said = verdicts(ready, ledger, opened()).of("A", models(ready)[A], ("x",)[:0], workers)
        assert said == []
        constitution = opened()
        said = verdicts(ready, ledger, constitution).of_base(constitution.searched, workers)
    assert {(one.violates, one.principle) for one in said} == {(True, UNANSWERED)}
