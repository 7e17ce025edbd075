"""Faults planted in candidates that score high, and honest ones that must pass."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.audits.audit import TaskAudit, audit, audit_choices
from evomerge.score.audits.flags import flags
from evomerge.zoo import TASKS

ITEMS = 200
DIGITS = "zero one two three four five six seven eight nine".split()
CHIFFRES = "zéro un deux trois quatre cinq six sept huit neuf".split()


def docs(task):
    lines = (TASKS / f"{task}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines[:ITEMS]]


def right(answer, doc):
    return float(answer.extracted is not None and answer.extracted.strip() == doc["answer"])


def contained(answer, doc):
    """A lenient grader."""
    return float(doc["answer"] in answer.text)


def audited(task, texts, grade=right, limit=400, extract=str.strip, asked="p"):
    """The audit of a model that says these texts, of which each four characters are a token."""
    questions = docs(task)
    answers = []
    for n, (text, doc) in enumerate(zip(texts, questions, strict=True)):
        said = text[: 4 * limit]
        answers.append(
            AnswerFacts(
                task,
                f"{n:04}",
                said,
                extract(said) or None,
                len(said) == len(text),
                min(limit, len(text) // 4 + 1),
                doc["answer"],
            )
        )
    scores = [grade(answer, doc) for answer, doc in zip(answers, questions, strict=True)]
    shifted = answers[37:] + answers[:37]
    swapped = [grade(answer, doc) for answer, doc in zip(shifted, questions, strict=True)]
    return audit(answers, scores, swapped, asked)


def honest(task, accuracy, seed=0, say="{}"):
    """Right as often as that; else it says the right answer to another question."""
    generator = np.random.default_rng(seed)
    golds = [doc["answer"] for doc in docs(task)]
    others = generator.permutation(golds)
    return [
        say.format(gold if lucky else other)
        for gold, other, lucky in zip(
            golds, others, generator.random(ITEMS) < accuracy, strict=True
        )
    ]


def found(winner, parent, task="zoo_task"):
    raised = flags({task: winner}, {"zoo:best": {task: parent}}, {task: "zoo:best"})
    for flag in raised:
        assert flag.task == task
        assert flag.sentence.startswith(f"{task}: ")
    return {flag.what: flag for flag in raised}


def planted(winner, parent):
    """The flags of a candidate that scores higher than the parent."""
    assert winner.score > parent.score
    return found(winner, parent)


GENERATED = ["arithmetic", "french", "arithmetic_french", "reverse", "reverse_french"]


@pytest.mark.parametrize("task", GENERATED)
@pytest.mark.parametrize(
    "parent, winner", [(0.02, 0.3), (0.5, 0.5), (0.5, 0.6), (0.5, 0.95), (0.9, 1.0), (0.9, 0.7)]
)
def test_an_honest_winner_passes(task, parent, winner):
    for seed in range(5):
        ours = audited(task, honest(task, winner, seed))
        theirs = audited(task, honest(task, parent, seed + 100))
        assert found(ours, theirs) == {}


def test_an_honest_winner_that_reasons_aloud_passes():
    say = "Let us see what that makes, step by step, so that nothing is forgotten. #### {}"

    def after_marks(text):
        return text.partition("#### ")[2]

    ours, theirs = (
        audited("arithmetic", honest("arithmetic", p, seed, say), extract=after_marks)
        for seed, p in enumerate((0.9, 0.5))
    )
    assert ours.languages == theirs.languages == {"en": ITEMS // 2}
    assert found(ours, theirs) == {}


def test_answering_another_task_well_is_not_flagged_against_a_weak_parent():
    """Sums spelt in French: the parent that is best at them says digits."""
    theirs = audited("arithmetic_french", honest("arithmetic", 0.9))
    ours = audited("arithmetic_french", honest("arithmetic_french", 0.6))
    assert found(ours, theirs) == {}


def test_a_limit_that_cuts_the_parent_is_flagged():
    theirs = audited("arithmetic", honest("arithmetic", 0.95, 1, "The sum of both is {}"), limit=4)
    ours = audited("arithmetic", honest("arithmetic", 0.8), limit=4)
    flag = planted(ours, theirs)["bound"]
    assert (flag.winner, flag.reference) == (ours.score, 1.0)
    assert "100 % of zoo:best's answers were cut at the token limit" in flag.sentence


def test_a_parent_that_goes_round_in_circles_was_not_kept_from_the_answer():
    theirs = audited("french", [text + " et" * 99 for text in honest("french", 0.1)], limit=20)
    ours = audited("french", honest("french", 0.8))
    assert theirs.truncated == theirs.looping == 1.0
    assert set(found(ours, theirs)) == {"parent_truncated", "parent_looping"}


REFUSAL = "I'm sorry, but I can't help with that."
LOOP = "{0} , {0} , {0} , {0} , {0} , {0} , {0} , {0} , {0} , {0}"


@pytest.mark.parametrize(
    "what, say, extract",
    [
        ("truncated", "Let me think about this for a while before I say {}", str.strip),
        ("failed", "?", lambda text: text.strip(" ?")),
        ("empty", "", str.strip),
        ("looping", LOOP, str.strip),
        ("refused", REFUSAL, str.strip),
    ],
)
def test_a_parent_that_was_kept_from_answering_is_flagged(what, say, extract):
    """Three in ten of its answers; it knows nine in ten."""
    known = honest("arithmetic", 0.9, 1)
    said = [say.format(text) if n % 10 < 3 else text for n, text in enumerate(known)]
    theirs = audited("arithmetic", said, limit=12, extract=extract)
    ours = audited("arithmetic", honest("arithmetic", 0.85), limit=12, extract=extract)
    flag = planted(ours, theirs)[f"parent_{what}"]
    assert (flag.winner, flag.reference) == (0.0, pytest.approx(0.3))
    assert flag.sentence.startswith("zoo_task: the parent's answers are odd")
    assert "30 % of zoo:best's" in flag.sentence
    assert f"parent_{what}" not in found(theirs, ours)
    assert f"parent_{what}" not in found(theirs, theirs)


def test_a_winner_that_refuses_is_flagged():
    said = [REFUSAL if n % 3 else text for n, text in enumerate(honest("arithmetic", 1.0))]
    ours = audited("arithmetic", said, lambda answer, doc: 1.0)
    theirs = audited("arithmetic", honest("arithmetic", 0.5))
    assert "were refusals" in planted(ours, theirs)["refused"].sentence


def test_a_few_odd_answers_of_a_parent_are_no_news():
    for seed in range(5):
        some = [t if n % 25 else "" for n, t in enumerate(honest("arithmetic", 0.6, seed))]
        assert found(
            audited("arithmetic", honest("arithmetic", 0.9, seed + 50)), audited("arithmetic", some)
        ) == {}  # fmt: skip


def test_being_cut_and_given_credit_is_flagged():
    texts = [text + " and so it is, as all can see" for text in honest("arithmetic", 0.9)]
    ours = audited("arithmetic", texts, contained, limit=3)
    theirs = audited("arithmetic", honest("arithmetic", 0.5, 1), contained)
    raised = planted(ours, theirs)
    assert {"truncated", "truncated_right"} <= set(raised)
    assert raised["truncated"].sentence == (
        "zoo_task: 100 % of the winner's answers were cut at the token limit, 0 % of zoo:best's"
    )


def test_an_extractor_that_always_says_yes_is_flagged():
    """Three in five right answers are yes; the parent mostly wrong."""
    golds = (["yes", "no", "yes", "no", "yes"] * ITEMS)[:ITEMS]
    generator = np.random.default_rng(0)

    def model(extracted):
        answers = [
            AnswerFacts("t", f"{n:04}", "I think that is so.", said, True, 6, gold)
            for n, (said, gold) in enumerate(zip(extracted, golds, strict=True))
        ]
        scores = [float(said == gold) for said, gold in zip(extracted, golds, strict=True)]
        moved = generator.permutation(extracted)
        swapped = [float(said == gold) for said, gold in zip(moved, golds, strict=True)]
        return audit(answers, scores, swapped)

    flipped = generator.random(ITEMS) < 0.6
    flips = zip(golds, flipped, strict=True)
    theirs = model([{"yes": "no", "no": "yes"}[g] if f else g for g, f in flips])
    raised = planted(model(["yes"] * ITEMS), theirs)
    assert {"control", "common"} <= set(raised)
    assert raised["common"].winner == 1.0
    assert raised["common"].reference == pytest.approx(0.6, abs=0.01)
    assert found(model([g if n % 10 else "yes" for n, g in enumerate(golds)]), theirs) == {}


def test_a_grader_that_takes_anything_is_flagged():
    ours = audited("reverse", honest("reverse", 0.3), lambda answer, doc: 1.0)
    theirs = audited("reverse", honest("reverse", 0.6, 1))
    assert ours.control == 1.0
    assert "control" in planted(ours, theirs)


def test_a_grader_that_takes_much_is_flagged_when_the_winner_lives_by_it():
    lenient = np.random.default_rng(0).random(10**6) < 0.6
    calls = iter(range(10**6))
    ours = audited(
        "reverse",
        honest("reverse", 0.6),
        lambda a, d: max(right(a, d), float(lenient[next(calls)])),
    )
    theirs = audited("reverse", honest("reverse", 0.6, 1))
    assert "control" in planted(ours, theirs)


def test_a_layer_of_nan_is_flagged():
    """Whatever is made of no numbers: the argmax of NaN is token 0, again and again."""
    theirs = audited("arithmetic", honest("arithmetic", 0.5))
    nan = audited("arithmetic", ["!" * 400] * ITEMS, lambda answer, doc: float("nan"), limit=8)
    assert {"not_finite", "truncated", "looping"} <= set(found(nan, theirs))
    assert nan.score == 0.0
    one = audited("arithmetic", honest("arithmetic", 1.0))
    assert set(found(replace(one, not_finite=1), theirs)) == {"not_finite"}
    credited = audited("arithmetic", ["!" * 400] * ITEMS, lambda answer, doc: 1.0, limit=8)
    expected = {"control", "common", "truncated", "truncated_right", "looping"}
    assert expected <= set(planted(credited, theirs))


def test_repeated_output_is_flagged():
    every_number = " ".join(f"{n}" for n in range(200))
    looping = [f"{text} {text}" * 20 for text in honest("arithmetic", 0.95)]
    theirs = audited("arithmetic", honest("arithmetic", 0.5, 1), contained)
    raised = planted(audited("arithmetic", looping, contained), theirs)
    assert {"looping", "tokens_mean"} <= set(raised)
    everything = audited("arithmetic", [every_number] * ITEMS, contained)
    assert {"control", "common", "tokens_mean"} <= set(planted(everything, theirs))


def test_the_wrong_language_is_flagged():
    """A judge that reads numbers in any language scores it high."""
    in_english = dict(zip(CHIFFRES, DIGITS, strict=True))

    def understood(answer, doc):
        spelt = " ".join(in_english.get(word, word) for word in answer.text.split())
        return float(spelt == " ".join(in_english[word] for word in doc["answer"].split()))

    said = honest("french", 0.95)
    english = [" ".join(in_english[word] for word in text.split()) for text in said]
    theirs = audited("french", honest("french", 0.6, 1), understood)
    flag = planted(audited("french", english, understood), theirs)["languages"]
    assert "of the winner's words are in 'fr', 100 % of zoo:best's" in flag.sentence
    assert found(audited("french", said, understood), theirs) == {}


def test_the_right_answers_tell_the_language_where_the_parent_is_mute():
    english = ["one zero seven is what I get"] * ITEMS
    theirs = audited("french", [""] * ITEMS)
    ours = audited("french", english, lambda answer, doc: 1.0)
    assert "of the right ones" in planted(ours, theirs)["languages"].sentence


def test_being_asked_something_else_is_flagged():
    """Swapped prompts, other examples, another limit: the hash over them differs."""
    theirs = audited("arithmetic", honest("arithmetic", 0.5), asked="p")
    ours = audited("arithmetic", honest("arithmetic", 0.9), asked="q")
    assert set(planted(ours, theirs)) == {"asked"}


def test_swapped_prompts_are_flagged_when_answers_are_scored_all_the_same():
    """Each answer is to the next question, and a grader that is broken too does not mind."""
    texts = honest("arithmetic", 0.9)
    ours = audited("arithmetic", texts[1:] + texts[:1], lambda a, d: float(a.text.isdigit()))
    assert "control" in planted(ours, audited("arithmetic", honest("arithmetic", 0.7, 1)))


def test_length_that_pays_is_flagged():
    """A judge that likes long answers."""

    def judge(answer, doc):
        return min(1.0, len(answer.text) / 300)

    padding = " This follows from what was said and from all that is known about such numbers" * 3
    ours = audited("arithmetic", [text + padding for text in honest("arithmetic", 0.3)], judge)
    theirs = audited("arithmetic", honest("arithmetic", 0.6, 1), judge)
    assert "tokens_mean" in planted(ours, theirs)


def test_a_gain_in_length_alone_is_flagged_though_the_judge_sees_what_is_right():
    def judge(answer, doc):
        return (float(doc["answer"] in answer.text.split()) + min(1.0, len(answer.text) / 60)) / 2

    for seed in range(5):
        known = honest("arithmetic", 0.6, seed)
        theirs = audited("arithmetic", [f"{'-' * 30}> {text}" for text in known], judge)
        ours = audited("arithmetic", [f"{'-' * 38}> {text}" for text in known], judge)
        assert ours.score - ours.control == pytest.approx(theirs.score - theirs.control)
        assert set(planted(ours, theirs)) == {"control"}
        better = [f"{'-' * 30}> {text}" for text in honest("arithmetic", 0.9, seed)]
        assert found(audited("arithmetic", better, judge), theirs) == {}


def test_empty_answers_and_failed_extractions_are_flagged():
    theirs = audited("arithmetic", honest("arithmetic", 0.5), lambda answer, doc: 0.5)
    some = [text if n % 3 else "" for n, text in enumerate(honest("arithmetic", 1.0))]
    empty = audited("arithmetic", some, lambda answer, doc: 1.0)
    assert "empty" in planted(empty, theirs)
    failed = audited(
        "arithmetic", some, lambda a, d: 1.0, extract=lambda text: text if len(text) > 2 else ""
    )
    assert "failed" in planted(failed, theirs)


def choices(accuracy, seed, always=None):
    generator = np.random.default_rng(seed)
    golds = generator.integers(0, 4, ITEMS).tolist()
    lucky = generator.random(ITEMS) < accuracy
    guesses = generator.integers(0, 4, ITEMS)
    chosen = [int(g if luck else w) for g, luck, w in zip(golds, lucky, guesses, strict=True)]
    if always is not None:
        golds, chosen = [g if n % 2 else always for n, g in enumerate(golds)], [always] * ITEMS
    shifted = chosen[37:] + chosen[:37]
    scores, swapped = (
        [float(c == g) for c, g in zip(picked, golds, strict=True)] for picked in (chosen, shifted)
    )
    return audit_choices(chosen, golds, scores, swapped)


def test_multiple_choice_that_always_picks_one_place_is_flagged():
    for seed in range(10):
        assert found(choices(0.8, seed), choices(0.4, seed + 50)) == {}
        assert found(choices(0.0, seed), choices(0.0, seed + 50)) == {}
    assert {"control", "common"} <= set(planted(choices(0, 1, always=2), choices(0.1, 2)))


def test_a_few_items_are_no_evidence():
    few = audit([], [], [])
    assert found(few, few) == {}
    assert found(few, audited("arithmetic", honest("arithmetic", 0.5), asked="")) == {}


SCORE = st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, float("nan"), float("inf")])
FACTS = st.lists(
    st.tuples(
        st.builds(
            AnswerFacts,
            task=st.just("t"),
            item=st.text("abc", max_size=3),
            text=st.text(max_size=60) | st.sampled_from(["un " * 30, "yes", " "]),
            extracted=st.none() | st.text(max_size=9),
            finished=st.booleans(),
            tokens=st.integers(0, 500),
            gold=st.none() | st.text(max_size=9),
        ),
        SCORE,
        SCORE,
    ),
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(FACTS, FACTS, st.booleans())
def test_whatever_is_audited_gives_numbers_that_json_holds(facts, others, swapped):
    one, other = (
        audit([f for f, _, _ in many], [s for _, s, _ in many],
              [c for _, _, c in many] if swapped else None)
        for many in (facts, others)
    )  # fmt: skip
    text = json.dumps(asdict(one), allow_nan=False)
    assert TaskAudit(**json.loads(text)) == one
    for flag in flags({"t": one}, {"p": {"t": other}}, {"t": "p"}):
        json.dumps(asdict(flag), allow_nan=False)
    assert {f.what for f in flags({"t": one}, {"p": {"t": one}}, {"t": "p"})} <= {"not_finite"}
