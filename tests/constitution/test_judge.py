from evomerge.constitution.by_function import JudgingFunction
from evomerge.constitution.by_model import JudgingModel
from evomerge.constitution.judge import GivenAnswer, PrincipleJudge
from evomerge.score.judges.function import Function
from tests.constitution.small import BRIEF, NO_INSULT, SMALL, Scripted, breaks

RULE = """
from tests.constitution.small import breaks
def rule(doc, answer):
    return 0.0 if breaks(doc["text"], answer) else 1.0
"""


def test_all_judges_that_know_the_truth_say_the_same(tmp_path):
    (tmp_path / "rule.py").write_text(RULE)
    function: PrincipleJudge = JudgingFunction(Function(f"{tmp_path}/rule.py:rule"))
    model: PrincipleJudge = JudgingModel(Scripted(), "scripted")
    given = [GivenAnswer(one.prompt, one.answer, "good day") for one in SMALL.labelled]
    for principle in (NO_INSULT, BRIEF):
        truth = [breaks(principle.text, one.answer) for one in given]
        for judge in (function, model):
            assert judge.breaks(principle, given) == truth
            assert judge.worse(principle, given) == truth
            assert judge.breaks(principle, []) == judge.worse(principle, []) == []
