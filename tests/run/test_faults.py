"""Faults planted in candidates that score high: whole runs, and none is promoted unflagged."""

import math
from statistics import fmean, stdev

import pytest

from benchmarks.faults import FAULTS
from benchmarks.faults.gold import GOLD_FAULTS
from benchmarks.faults.judges import JUDGE_FAULTS
from benchmarks.faults.planted import generation, rows
from benchmarks.faults.speakers import Speakers, judged, opened
from evomerge.ledger import Split
from evomerge.recipe import FitnessTerm, Placement
from evomerge.run.placement import given, workers_on
from evomerge.score.audits.gold_flags import Gain, gold_flags
from evomerge.score.grading.disagreement import disagreements
from evomerge.score.tasks.task import Task
from tests.score.recorder import build, recorder_for


def each(faults):
    return pytest.mark.parametrize("fault", faults, ids=[fault.name for fault in faults])


@each(FAULTS)
def test_a_planted_fault_is_flagged_or_refused(fault, tmp_path):
    outcome = fault.plant(tmp_path)
    assert fault.expected <= outcome.flags
    assert outcome.flags or outcome.verdict != "promoted"
    refused = getattr(fault, "refused", "")
    if refused:
        assert outcome.verdict == "refused"
        assert any(refused in reason for reason in outcome.reasons)
    if refused != "as shipped":
        assert outcome.winner > outcome.best_parent


@each(FAULTS)
def test_an_honest_candidate_beside_it_is_promoted_without_flags(fault, tmp_path):
    outcome = fault.leave_out(tmp_path)
    assert (outcome.verdict, outcome.flags, outcome.failure) == ("promoted", frozenset(), "")


def graded_twice(folder, task, speakers):
    """How many of a parent's answers get another grade the second time."""
    prepared = opened(folder, task)
    speakers.listen(prepared)
    benchmark = prepared.benchmark
    items = benchmark.items(Split.SEARCH)
    answers = [speakers.respond(item, True) for item in items]
    first, again = benchmark.grade(items, answers), benchmark.regrade(items, answers)
    return disagreements(first, again).get("planted", 0)


@each(JUDGE_FAULTS)
def test_a_judge_that_wavers_gives_other_grades_to_the_same_answers(fault, tmp_path):
    speakers = Speakers(fault.parent, fault.faulty)
    assert graded_twice(tmp_path / "bad", fault.task, speakers) > 0
    assert graded_twice(tmp_path / "good", fault.sound, speakers) == 0


def companion_gains(folder, task, speakers):
    """A candidate's gains over its parent: the log-probability's, the control's, the accuracy's."""
    prepared = opened(folder, task)
    speakers.listen(prepared)
    recorder = recorder_for("zoo:base")
    term = FitnessTerm(task=str(folder / "task.yaml"), metric="gold_logprob")
    built = Task(term)
    items = build(built, recorder, False)
    measured = [(items, built.grading)]
    measured += [(one.items, one.grader) for one in built.companions(items, recorder, False)]
    for asked, grader in measured:
        ours, theirs = (
            grader.grade(asked, [speakers.respond(item, parent) for item in asked])
            for parent in (False, True)
        )
        gains = [a.value - b.value for a, b in zip(ours, theirs, strict=True)]
        yield Gain(fmean(gains), stdev(gains) / math.sqrt(len(gains)))


@each(GOLD_FAULTS)
def test_a_gain_without_knowledge_is_told_from_one_with_it(fault, tmp_path):
    faulty = Speakers(fault.parent, fault.faulty)
    gains = companion_gains(tmp_path / "bad", fault.task, faulty)
    assert {flag.what for flag in gold_flags("t", *gains)} == fault.expected
    honest = Speakers(fault.honest_parent, fault.honest)
    assert gold_flags("t", *companion_gains(tmp_path / "good", fault.sound, honest)) == []


def test_real_models_that_are_cut_and_given_credit_are_flagged(tmp_path):
    """Sums spelt in French, of which two tokens are read."""
    prepared = opened(tmp_path, generation(rows("arithmetic_french"), limit=2, judge="begins"))
    verdict = judged(tmp_path / "run", prepared, given(workers_on(Placement(), "cpu")))
    assert verdict.winner > verdict.best_parent
    assert {flag.what for flag in verdict.flags} & {"truncated_right", "bound"}
