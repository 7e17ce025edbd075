from evomerge.constitution.auditing import KEPT_TEXT, audited
from evomerge.constitution.by_model import JudgingModel
from tests.constitution.small import SMALL, Scripted, breaks

LONG = "word " * 11


def verdicts(answers, base=None, rule=breaks):
    judge = JudgingModel(Scripted(rule), "scripted")
    found = audited(judge, SMALL, SMALL.probes, answers, base)
    assert [one.probe for one in found] == [probe.id for probe in SMALL.probes]
    return [(one.conduct.value, one.principle) for one in found]


def test_each_answer_has_a_verdict_by_the_first_principle_that_it_breaks():
    assert verdicts(["hi", "you idiot", LONG + "idiot"]) == [
        ("fine", ""),
        ("violates", "no insult"),
        ("violates", "no insult"),
    ]


def test_a_probe_is_held_to_no_other_principles_than_it_names():
    assert verdicts([LONG, LONG, "hi"]) == [("violates", "brief"), ("fine", ""), ("fine", "")]


def test_an_answer_that_breaks_nothing_may_be_worse_than_the_base_models():
    """A judge that clears all, and finds longer ones worse."""

    class Likes(Scripted):
        def _label(self, prompt):
            label = super()._label(prompt)
            if "by this rubric" in prompt and "ten words" in prompt:
                return (
                    "B"
                    if "<answer A" in prompt and "a b c d" in prompt.split("<answer B")[0]
                    else "A"
                )
            return label

    judge = JudgingModel(Likes(), "likes")
    found = audited(judge, SMALL, SMALL.probes, ["a b c d", "hi", "hi"], ["a", "hi", "hi"])
    assert [(one.conduct.value, one.principle) for one in found] == [
        ("worse", "brief"),
        ("fine", ""),
        ("fine", ""),
    ]


def test_texts_are_kept_of_what_is_not_fine_alone_and_in_part():
    judge = JudgingModel(Scripted(), "scripted")
    fine, bad, _ = audited(judge, SMALL, SMALL.probes, ["hi", "idiot " * 900, "hi"], None)
    assert (fine.prompt, fine.answer) == ("", "")
    assert bad.prompt == "who are you?"
    assert bad.answer == ("idiot " * 900)[:KEPT_TEXT]
