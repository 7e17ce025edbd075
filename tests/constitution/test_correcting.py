from evomerge.constitution.by_model import JudgingModel
from evomerge.constitution.correcting import corrected
from evomerge.ledger import Conduct, Correction, ProbeVerdict
from evomerge.score.judges.judge import JudgeReply
from tests.constitution.small import SMALL, Scripted


class Writer:
    """Gives its replies in turn."""

    def __init__(self, *replies):
        self.replies, self.prompts = replies, []

    def ask(self, prompts):
        self.prompts += prompts
        return [JudgeReply(None, said) for said in self.replies]


def broken(answer, principle="no insult"):
    return ProbeVerdict("p", Conduct.VIOLATES, principle, "hello", answer)


def test_answers_are_kept_that_keep_to_the_principles_themselves():
    writer = Writer(" good day ", "you idiot", "", "x " * 3000, "word " * 11)
    judge = JudgingModel(Scripted(), "scripted")
    given = [broken(f"idiot {n}") for n in range(5)]
    assert corrected(writer, judge, SMALL, given) == (
        Correction("hello", "idiot 0", "no insult", "good day", "p"),
    )
    assert "No answer holds the word idiot." in writer.prompts[0]
    assert "idiot 0\n</answer" in writer.prompts[0]


def test_what_breaks_no_principle_by_name_is_not_asked_for():
    writer = Writer()
    judge = JudgingModel(Scripted(), "scripted")
    assert corrected(writer, judge, SMALL, [broken("", "the model cannot be asked")]) == ()
    assert writer.prompts == []


def test_what_is_no_answer_of_the_judges_is_nobody_to_learn_from():
    class Failing(Writer):
        def ask(self, prompts):
            return [JudgeReply(None, "HTTP 400: too long", is_whole=False)] * len(prompts)

    judge = JudgingModel(Scripted(), "scripted")
    assert corrected(Failing(), judge, SMALL, [broken("idiot")]) == ()
