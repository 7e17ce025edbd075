"""Which judge a term of the fitness names."""

import hashlib

import pytest

from evomerge.errors import RecipeError, Stopped
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.judges.address import Address
from evomerge.score.judges.judging import NotAsked, judging_of
from evomerge.score.proof.scale import ASSUMED, BINARY, Scale


def judging(permissions=NOTHING, **settings):
    return judging_of(FitnessTerm(task="t", **settings), None, permissions, None)


def test_where_a_term_names_none_lm_eval_judges():
    assert judging(metric="acc") is None


def test_a_function_is_asked_for_by_its_name_where_it_is_allowed(tmp_path):
    file = tmp_path / "own.py"
    file.write_text("def even(doc, answer):\n    return len(answer) % 2 == 0\n")
    where = f"{file}:even"
    with pytest.raises(
        RecipeError, match=r"runs Python code of yours .* allow it with --allow-python"
    ):
        judging(python=where)
    found = judging(Permissions(allow_python=True), python=where)
    assert (found.name, found.scale, found.concurrent) == ("python own.py:even", ASSUMED, False)
    assert found.source == hashlib.sha256(file.read_bytes()).hexdigest()
    assert found.judgement.scores([{}, {}], ["ab", "abc"]) == [1.0, 0.0]


def test_a_program_is_right_or_wrong():
    found = judging(program="{{answer}}\ncheck()")
    assert (found.name, found.source, found.scale, found.concurrent) == (
        "program",
        "",
        BINARY,
        False,
    )


def test_a_judge_at_an_address_judges_while_other_work_goes_on(monkeypatch):
    settings = {
        "model": "critic",
        "url": "http://127.0.0.1:9/v1",
        "key_env": "CRITIC_KEY",
        "rubric": "?",
    }
    allowed = Permissions(allow_judges=("127.0.0.1:9=CRITIC_KEY",))
    monkeypatch.delenv("CRITIC_KEY", raising=False)
    with pytest.raises(RecipeError, match="the environment variable CRITIC_KEY is not set"):
        judging(allowed, judge=settings)
    monkeypatch.setenv("CRITIC_KEY", "k")
    found = judging(allowed, judge=settings)
    assert (found.name, found.scale, found.concurrent) == ("judge critic", Scale(0.0, 1.0), True)


def test_a_check_has_no_address_asked_and_says_what_a_run_would_need():
    settings = {"model": "m", "url": "https://judge.example/v1", "key_env": "SECRET", "rubric": "?"}
    found = judging(Permissions(ask_judges=False), judge=settings)
    assert "judge.example was not asked" in found.unasked
    assert "--allow-judge judge.example=SECRET" in found.unasked
    with pytest.raises(Stopped, match="not to be asked now"):
        NotAsked(Address("https", "h", 443)).ask([])
    allowed = Permissions(allow_judges=("judge.example",), ask_judges=False)
    told = judging(allowed, judge={**settings, "key_env": None}).unasked
    assert told == "the judge at judge.example was not asked (--ask-judges has it tried)"
