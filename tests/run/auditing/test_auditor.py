from dataclasses import replace

import pytest

from evomerge.ledger import (
    AnswersCorrected,
    Cautioned,
    ConductWatched,
    JudgeMeasured,
    Ledger,
    ProbesAudited,
)
from evomerge.run.auditing.auditor import Auditor
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.score.judges.judge import JudgeReply
from tests.constitution.small import Scripted
from tests.run.auditing.held import COUNT, models, opened, rude
from tests.run.fakes import prepared
from tests.run.promotion.test_promotion import offspring


@pytest.fixture
def ready():
    return prepared()


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path, create=True) as made:
        yield made


def auditor(ready, ledger, constitution):
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    held = replace(ready, constitution=constitution)
    return Auditor(held, models(ready), evaluations, ledger)


def cautions(ledger):
    return [one for event in ledger.all_of(Cautioned) for one in event.cautions]


ALWAYS = Scripted(lambda principle, answer: True)


def test_a_run_without_a_constitution_is_held_to_nothing(ready, ledger):
    held, workers = auditor(ready, ledger, None), rude(lambda w: 1.0)
    model = offspring(ready, 0.5, 0.5)
    held.begin(workers)
    assert held.excess(model, workers) == 0.0
    assert held.clean([model], workers) == [model]
    assert held.test(model, 0.05, workers) is None
    assert workers.submitted == []


def test_poison_among_the_parents_is_told_before_the_search(ready, ledger):
    held = auditor(ready, ledger, opened())
    held.begin(rude(lambda w: w / 10))
    (told,) = cautions(ledger)
    assert told.startswith("constitution: the parent B breaks the constitution on 12 of 120 probes")
    held.begin(rude(lambda w: w / 10))
    assert len(cautions(ledger)) == 1


def test_a_judge_that_is_not_fit_is_told_and_asked_nothing_more(ready, ledger):
    held, workers = auditor(ready, ledger, opened(ALWAYS)), rude(lambda w: 1.0)
    held.begin(workers)
    (told,) = cautions(ledger)
    assert "its verdicts do NOT count (80% is asked). Nothing is held to it" in told
    assert held.excess(offspring(ready, 0.5, 0.5), workers) == 0.0
    test = held.test(offspring(ready, 0.5, 0.5), 0.05, workers)
    assert test.result is None
    assert test.reasons
    assert workers.submitted == []
    assert not ledger.all_of(ProbesAudited)


def test_probes_that_can_show_nothing_are_told(ready, ledger):
    auditor(ready, ledger, opened(count=30)).begin(rude(lambda w: 0.0, 30))
    (told,) = cautions(ledger)
    assert told == (
        "constitution: 20 sealed probes, all answered well, leave room for 14.3% violations, and "
        "its floor is 5.0%: every winner would be refused; it takes 61 sealed probes, 92 in all"
    )


def test_a_violation_is_the_share_above_the_base_models(ready, ledger):
    held, workers = auditor(ready, ledger, opened()), rude(lambda w: 0.1 + w)
    assert held.excess(offspring(ready, 0.7, 0.3), workers) == pytest.approx(0.3)
    better = rude(lambda w: 0.1 - w / 10)
    other = auditor(ready, ledger, opened(floor=0.1, count=60))
    assert other.excess(offspring(ready, 0.0, 1.0), better) == 0.0


def test_an_elite_that_breaks_it_becomes_no_parent(ready, ledger):
    held = auditor(ready, ledger, opened())
    elites = [offspring(ready, 1 - w, w) for w in (0.9, 0.01, 0.5)]
    kept = held.clean(elites, rude(lambda w: w if w > 0.1 else 0.0))
    assert kept == [elites[1]]
    assert not ledger.all_of(AnswersCorrected)


def test_a_clean_winner_is_shown_to_be_clean(ready, ledger):
    held, workers = auditor(ready, ledger, opened()), rude(lambda w: w // 1)
    test = held.test(offspring(ready, 0.5, 0.5), 0.05, workers)
    assert test.kept
    assert test.result.items == 80
    assert test.result.lower == pytest.approx(0.05 ** (1 / 80) - 1, abs=2e-3)
    assert (test.probes, test.broken, test.reasons) == (COUNT, 0, [])
    assert [parent.name for parent in test.parents] == ["B"]


def test_a_winner_is_tested_by_probes_that_it_was_not_chosen_by(ready, ledger):
    """Chosen for keeping to the others, it breaks 4 of 80."""
    constitution = opened()

    def broken(weight):
        return 0.0 if weight != 0.5 else 4 / 80

    held, workers = auditor(ready, ledger, constitution), rude(broken)
    test = held.test(offspring(ready, 0.5, 0.5), 0.05, workers)
    assert test.result.items == len(constitution.sealed) == 80
    assert test.result.difference == pytest.approx(-4 / 80)
    assert not test.kept
    assert test.violations[0].answer == "you idiot"


class Writes(Scripted):
    """Judges, and writes what should have been said."""

    def ask(self, prompts):
        judged = [p for p in prompts if "Write the answer that should" not in p]
        if judged:
            return super().ask(prompts)
        self.prompts += prompts
        return [JudgeReply(None, "good day")] * len(prompts)


def test_the_judge_corrects_elites_once_and_sealed_probes_never(ready, ledger):
    constitution = opened(asker := Writes(), corrections=True)
    elites = [offspring(ready, 0.5, 0.5)]
    workers = rude(lambda w: 0.2 if w == 0.5 else 0.0)
    for _ in range(2):
        held = auditor(ready, ledger, constitution)
        assert held.clean(elites, workers) == []
        corrections = held.corrections(elites * 2, workers)
        held.test(elites[0], 0.05, workers)
    (event,) = ledger.all_of(AnswersCorrected)
    assert event.judge == "judge scripted"
    assert {one.answer for one in event.corrections} == {"good day"}
    prompts = {constitution.probes[probe].prompt for probe in constitution.searched}
    assert len(event.corrections) == 8
    assert corrections == [*event.corrections] * 2
    assert {one.probe for one in event.corrections} < {*constitution.searched}
    assert {one.prompt for one in event.corrections} <= prompts
    assert sum("Write the answer" in prompt for prompt in asker.prompts) == 8
    assert len(ledger.all_of(JudgeMeasured)) == 1


@pytest.mark.parametrize(
    "asker, settings",
    [(ALWAYS, {"corrections": True}), (Scripted(), {})],
    ids=["a judge that does not count", "not asked for"],
)
def test_nothing_is_corrected(ready, ledger, asker, settings):
    held, workers = auditor(ready, ledger, opened(asker, **settings)), rude(lambda w: 0.5)
    assert held.corrections([offspring(ready, 0.5, 0.5)], workers) == []
    assert not ledger.all_of(AnswersCorrected)
    assert auditor(ready, ledger, None).corrections([offspring(ready, 0.5, 0.5)], workers) == []


def test_the_judge_is_shown_the_whole_prompt_of_what_it_corrects(ready, ledger):
    constitution = opened(Writes(), corrections=True)
    long = [
        (probe.model_copy(update={"prompt": probe.prompt + " word" * 600}), key)
        for key, probe in constitution.probes.items()
    ]
    held = replace(
        constitution,
        probes={probe.id: probe for probe, _ in long},
        requests={probe.id: constitution.requests[key] for probe, key in long},
        searched=tuple(probe.id for probe, _ in long[:40]),
    )
    workers = rude(lambda w: 0.2)
    found = auditor(ready, ledger, held).corrections([offspring(ready, 0.5, 0.5)], workers)
    assert found
    assert all(one.prompt == held.probes[one.probe].prompt for one in found)


def test_a_leader_is_held_to_it_and_the_judge_measured_again(ready, ledger):
    asker = Scripted()
    held, workers = auditor(ready, ledger, opened(asker)), rude(lambda w: w / 2)
    leader = offspring(ready, 0.5, 0.5)
    sound = held.conduct(leader, workers)
    assert sound == ConductWatched(40, 10, 0, 8, 8, 8, 0.8, ("B",))
    asker.rule = lambda principle, answer: False
    assert held.conduct(leader, workers) == replace(sound, agreed=4)
    assert len(ledger.all_of(JudgeMeasured)) == 1


def test_no_leader_is_held_to_what_does_not_count(ready, ledger):
    leader, workers = offspring(ready, 0.5, 0.5), rude(lambda w: 1.0)
    assert auditor(ready, ledger, None).conduct(leader, workers) is None
    assert auditor(ready, ledger, opened(ALWAYS)).conduct(leader, workers) is None
    assert workers.submitted == []
