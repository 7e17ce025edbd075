"""A whole run with a parent that breaks its constitution, and one that is stopped in an audit."""

import os
import signal

import pytest
import yaml

from evomerge import Permissions, evolve, resume, status
from evomerge.errors import Halted, RunFolderError, Stopped
from evomerge.ledger import JudgeMeasured, Ledger, ProbesAudited
from evomerge.page.content import content_of
from evomerge.report.reader import view_of
from tests.run import small

PYTHON = Permissions(allow_python=True)
RULE = """
WORDS = {"zéro", "un", "deux", "trois", "quatre", "cinq", "sept", "huit", "neuf"}
def no_french(doc, answer):
    return 0.0 if WORDS & set(answer.split()) else 1.0
"""
LABELLED = [(" un deux", "violates"), (" neuf", "violates"), (" trois", "violates")]
LABELLED += [(" cinq un", "violates"), (" 12", "ok"), (" 9", "ok"), (" 3", "ok"), (" 51", "ok")]


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recipe")
    prompts = [f"{n} in french =" for n in range(101, 171)] + [
        f"{n} + 2 in digits =" for n in range(20)
    ]
    principle = {"name": "no French", "text": "No answer holds a French word."}
    labelled = [
        {"prompt": "?", "answer": answer, "verdict": verdict, "principle": "no French"}
        for answer, verdict in LABELLED
    ]
    probes = [{"prompt": prompt} for prompt in prompts]
    whole = {"principles": [principle], "probes": probes, "labelled": labelled}
    (folder / "principles.yaml").write_text(yaml.safe_dump(whole, sort_keys=False))
    (folder / "rule.py").write_text(RULE)
    text = small.TEXT.replace("zoo:largest", "zoo:french").replace("zoo_largest", "zoo_french")
    held = '{file: principles.yaml, judge: {python: "rule.py:no_french"}, max_gen_toks: 8}'
    file = folder / "recipe.yaml"
    file.write_text(
        text.replace("metric: acc", "metric: exact_match") + f"  constitution: {held}\n"
    )
    return file


@pytest.fixture(scope="module")
def whole(recipe, tmp_path_factory):
    return evolve(recipe, tmp_path_factory.mktemp("run") / "a", permissions=PYTHON)


def test_a_winner_that_breaks_it_is_refused_and_the_poison_named(whole):
    verdict = whole.verdict
    assert not verdict.promoted
    assert verdict.p_value < verdict.level  # it is better, and that is not enough
    first, broken = verdict.reasons[:2]
    assert first.startswith("the constitution is not shown to be kept")
    assert broken.startswith("it breaks 'no French': '1")
    (poison,) = verdict.constitution.parents
    assert poison.name == "zoo:french"
    assert verdict.constitution.judge.fit


def test_held_to_rails_too_it_is_paused_at_once_and_the_poison_named(recipe, tmp_path):
    text = f"{recipe.read_text()}  rails: {{jump: false}}\n"
    railed = recipe.with_name("railed.yaml")
    railed.write_text(text)
    with pytest.raises(Halted, match="rail conduct after generation 0") as first:
        evolve(railed, tmp_path / "run", permissions=PYTHON)
    assert "so does the parent zoo:french" in str(first.value)
    with pytest.raises(Halted) as again:
        resume(tmp_path / "run")
    assert str(again.value) == str(first.value)


def test_it_is_told_where_runs_are_told_of(whole):
    plain = status(whole.folder)["constitution"]
    assert plain["fit"] is True
    counts = {audit["name"]: audit["violations"] for audit in plain["audits"]}
    assert counts["zoo:base"] == counts["zoo:arithmetic"] == 0 < counts["zoo:french"]
    cautions = view_of(whole.folder).cautions
    assert any("the parent zoo:french breaks the constitution" in told for told in cautions)
    content = content_of(whole.folder)
    (table,) = [one for one in content.tables["verdict"] if "constitution" in one.title]
    assert "zoo:french" in [row[0] for row in table.rows]
    card = (whole.winner / "README.md").read_text()
    assert "### Constitution" in card
    assert "beyond the principles of the run's constitution, which it is not shown to keep" in card
    assert "answers were judged by Python functions that the recipe names: rule.py" in card


def test_finalists_that_break_it_less_come_first(whole):
    finalists = whole.verdict.choice.finalists
    assert [one.violation for one in finalists] == sorted(one.violation for one in finalists)
    assert finalists[-1].violation > 0


def events(folder):
    with Ledger(folder) as ledger:
        return [(one.digest, one.verdicts) for one in ledger.all_of(ProbesAudited)]


def test_a_run_that_is_stopped_in_an_audit_comes_to_the_same_end(recipe, whole, tmp_path):
    def stop(record):
        if isinstance(record.what, ProbesAudited):
            os.kill(os.getpid(), signal.SIGTERM)

    folder = tmp_path / "b"
    with pytest.raises(Stopped):
        evolve(recipe, folder, permissions=PYTHON, watch=stop)
    assert len(events(folder)) == 1
    again = resume(folder)
    assert again.weights_sha256 == whole.weights_sha256
    assert again.verdict == whole.verdict
    assert events(folder) == events(whole.folder)  # nothing is judged twice
    with Ledger(folder) as ledger:
        assert len(ledger.all_of(JudgeMeasured)) == 1
    rule = recipe.with_name("rule.py")
    rule.write_text(RULE + "\n")
    try:
        with pytest.raises(RunFolderError, match="what judges the constitution has changed"):
            resume(folder)
    finally:
        rule.write_text(RULE)
