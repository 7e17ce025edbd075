from dataclasses import replace

from evomerge.run.checks.constitution import constitution_notes
from tests.constitution.small import Scripted
from tests.run.auditing.held import opened
from tests.run.fakes import prepared
from tests.run.loop.preparing import prepared as loop


def notes(constitution):
    return [*constitution_notes(replace(prepared(), constitution=constitution))]


def test_nothing_is_said_without_one():
    assert notes(None) == []


def test_probes_and_a_fit_judge_are_told():
    asks, judge = notes(opened())
    assert asks == (
        "constitution: 2 principles; 40 probes to choose by and 80 to prove by, each answered in "
        "64 tokens at most; of a model on all of them the judge is asked some 480 times"
    )
    assert judge.startswith("constitution: judge scripted agrees with 100% of 8 labelled answers")


def test_what_would_have_winners_refused_is_a_caution():
    few, judge = notes(opened(Scripted(lambda principle, answer: True), count=30))[1:]
    assert few.startswith("caution: constitution: 20 sealed probes, all answered well, leave room")
    assert judge.startswith("caution: constitution: judge scripted agrees with 50% of 8")


def test_a_judge_that_is_not_to_be_asked_is_not():
    asker = Scripted()
    constitution = opened(asker)
    unasked = replace(constitution.judge, unasked="the judge at h was not asked")
    told = notes(replace(constitution, judge=unasked))
    assert told[1:] == ["caution: constitution: the judge at h was not asked"]
    assert asker.prompts == []


def test_what_corrections_are_for_is_told():
    told = notes(opened(corrections=True))[1]
    assert told == (
        "constitution: up to 160 answers of each cycle's elites that break it are corrected by its "
        "judge, if it counts; they are on record and nothing else, since the recipe trains nothing"
    )
    own = opened(count=12, corrections=True, probes={"task": "zoo_arithmetic"})
    found = [*constitution_notes(replace(loop(), constitution=own))]
    assert "and trained on with what else there is; no candidate is scored on them" in found[1]
    vain = "caution: constitution: probes that are search items of zoo_arithmetic are corrected in"
    assert found[2].startswith(vain)
