"""Sealed answers looked at once more."""

from dataclasses import replace

import pytest

from evomerge.engine.request import Likely
from evomerge.errors import TrialError
from evomerge.ledger import WINNER, ItemsOpened, Ledger, Split
from evomerge.recipe import Genome
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.promotion.recheck import Answered, lenient_pairs, unfit_judges
from evomerge.score.benchmark import Benchmark
from evomerge.workers.fake import FakeWorkers
from tests.run.fakes import A, B, FirstValue, answered, prepared


class Wavering(FirstValue):
    """Grades the first item otherwise when it is asked again."""

    judge = "judge critic"
    error = None

    def regrade(self, items, responses):
        if self.error is not None:
            raise self.error
        first, *rest = self.grade(items, responses)
        return [first._replace(value=first.value + 1), *rest]


class Lenient(FirstValue):
    def lenient(self, items, responses, scores):
        return [score._replace(value=max(score.value, 0.5)) for score in scores]


def answers(tmp_path, grader, values=(0.0, 1.0, 0.0)):
    ready = prepared()
    benchmark = Benchmark([replace(ready.benchmark.terms[0], grader=grader)])
    benchmark.open_test(ItemsOpened("w", 1))
    evaluations = Evaluations(Ledger(tmp_path, create=True), benchmark, lambda: None)
    recipe = Genome(ready.recipe).decode((0.5, 0.5))
    offspring = Offspring(recipe, ready.digest(recipe))

    def answer(job):
        return answered(job, [(Likely(value, False),) for value in values])

    evaluations.ask([offspring], Split.TEST, FakeWorkers(answer))
    return Answered(benchmark, evaluations, offspring)


def test_scores_and_lenient_scores_stand_in_the_order_of_the_items(tmp_path):
    found = answers(tmp_path, Lenient())
    assert [score.value for score in found.scores] == [0.0, 1.0, 0.0]
    assert [score.value for score in found.lenient()] == [0.5, 1.0, 0.5]
    assert found.unsteady() == {}


def test_a_judge_that_wavers_is_unfit_for_a_winner(tmp_path):
    found = answers(tmp_path, Wavering())
    assert found.unsteady()["t"].startswith(
        "judge critic grades 1 of 3 answers to t otherwise when it is asked again"
    )
    (told,) = unfit_judges({WINNER: found})
    assert "judge critic" in told


def test_a_judge_that_cannot_grade_again_is_unfit(tmp_path):
    grader = Wavering()
    grader.error = TrialError("item 1: no")
    assert answers(tmp_path, grader).unsteady() == {
        "t": "judge critic cannot grade the same answers again (task t: item 1: no)"
    }


@pytest.mark.parametrize("grader, rivals", [(FirstValue(), []), (Lenient(), [A, B])])
def test_leniency_is_compared_where_it_changes_a_score(tmp_path, grader, rivals):
    found = answers(tmp_path, grader)
    pairs = lenient_pairs({WINNER: found, A: found, B: found}, [A, B])
    assert [*pairs] == rivals
    assert all(ours == theirs == found.lenient() for ours, theirs in pairs.values())
