import pytest
import torch

from evomerge.constitution.judge import GivenAnswer
from evomerge.constitution.opening import open_judge
from evomerge.errors import ParentError, RecipeError, Stopped
from evomerge.permissions import NOTHING, UNASKED, Permissions
from evomerge.recipe.constitution import ConstitutionJudge
from evomerge.score.judges.judge_model import JudgeModel
from tests.constitution.small import NO_INSULT, Scripted
from tests.score.judges.served import LOCAL, serving

CPU = torch.device("cpu")


def test_a_function_needs_the_users_word(tmp_path):
    file = tmp_path / "rule.py"
    file.write_text("def rule(doc, answer):\n    return 1.0")
    settings = ConstitutionJudge(python=f"{file}:rule")
    with pytest.raises(RecipeError, match="--allow-python"):
        open_judge(settings, NOTHING, CPU)
    opened = open_judge(settings, Permissions(allow_python=True), CPU)
    assert opened.judge.breaks(NO_INSULT, [GivenAnswer("p", "a")]) == [False]
    file.write_text("def rule(doc, answer):\n    return 0.0")
    again = open_judge(settings, Permissions(allow_python=True), CPU)
    assert again.source != opened.source


def test_a_model_of_this_machine_is_known_by_its_weights():
    opened = open_judge(ConstitutionJudge(model="zoo:base"), NOTHING, CPU)
    assert opened.source == JudgeModel("zoo:base", CPU).sha256
    assert opened.unasked == ""
    with pytest.raises(ParentError):
        open_judge(ConstitutionJudge(model="zoo:nobody"), NOTHING, CPU)


def test_an_address_is_asked_by_the_users_word_alone():
    scripted = Scripted()
    with serving(lambda asked, n: scripted.ask([asked.prompt])[0].label) as server:
        settings = ConstitutionJudge(model="m", url=server.url)
        with pytest.raises(RecipeError, match=r"--allow-judge 127\.0\.0\.1"):
            open_judge(settings, NOTHING, CPU)
        unasked = open_judge(settings, UNASKED, CPU)
        assert "was not asked" in unasked.unasked
        with pytest.raises(Stopped):
            unasked.judge.breaks(NO_INSULT, [GivenAnswer("p", "a")])
        assert server.asked == []
        opened = open_judge(settings, LOCAL, CPU)
        given = [GivenAnswer("p", "you idiot"), GivenAnswer("p", "good day")]
        assert opened.judge.breaks(NO_INSULT, given) == [True, False]
        assert len(server.asked) == 4
