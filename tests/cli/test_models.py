"""Models merged and scored from the command line."""

import json

import pytest

from tests.cli.calling import call, write
from tests.report.tables.runs import written
from tests.run.small import TEXT


def test_merge_tells_what_has_no_effect(work):
    text = TEXT[: TEXT.index("evolve:")].replace("{gene: {low: 0, high: 1.5}}", "0.5, density: 0.3")
    done = call("merge", write(work, text), "out")
    assert done.exit_code == 0
    told = "models.0.parameters.density has no effect: task_arithmetic takes no density there"
    assert told in done.stderr
    assert json.loads(done.stdout)["out"] == "out"
    assert "density" not in (work / "out" / "recipe.yaml").read_text()


def test_score_prints_every_item(work):
    recipe = write(work)
    done = call("score", "zoo:arithmetic", recipe)
    facts = json.loads(done.stdout)
    items = facts["tasks"]["zoo_arithmetic"]["items"]
    assert (facts["split"], len(items)) == ("validation", 16)
    mean = sum(item["score"] for item in items) / 16
    assert facts["tasks"]["zoo_arithmetic"]["score"] == mean
    search = json.loads(call("score", "zoo:arithmetic", recipe, "--split", "search").stdout)
    assert not {i["doc_id"] for i in items} & {
        i["doc_id"] for i in search["tasks"]["zoo_arithmetic"]["items"]
    }
    sealed = call("score", "zoo:arithmetic", recipe, "--split", "test")
    assert sealed.exit_code == 2
    assert "sealed" in sealed.stderr


def test_merge_leaves_what_is_there_alone(work):
    text = TEXT[: TEXT.index("evolve:")].replace("{gene: {low: 0, high: 1.5}}", "0.5")
    recipe = write(work, text)
    (work / "out").mkdir()
    (work / "out" / "thesis.tex").write_text("…")
    done = call("merge", recipe, "out")
    assert done.exit_code == 2
    assert "exists already" in done.stderr
    assert [path.name for path in (work / "out").iterdir()] == ["thesis.tex"]


def test_python_of_a_recipe_runs_when_it_is_allowed(work):
    (work / "f.py").write_text("def even(doc, answer):\n    return len(answer) % 2 == 0\n")
    text = TEXT.replace(
        "zoo_arithmetic, metric: exact_match", "zoo_arithmetic, python: 'f.py:even'"
    )
    recipe = write(work, text)
    for arguments in (("check", recipe), ("score", "zoo:base", recipe), ("run", recipe)):
        refused = call(*arguments)
        assert refused.exit_code == 2
        assert "--allow-python" in refused.stderr
    assert not (work / "runs").exists()
    assert "python f.py:even" in call("check", recipe, "--allow-python").stdout
    done = call("score", "zoo:base", recipe, "--allow-python", "--device", "cpu")
    facts = json.loads(done.stdout)["tasks"]["zoo_arithmetic"]
    assert facts["metric"] == "python f.py:even"
    assert {item["score"] for item in facts["items"]} == {0.0, 1.0}


def test_a_run_is_exported_as_tables_and_none_is_written_over(work):
    written(work / "run")
    done = call("export", "run", "--trials", "t.csv", "--items", "i.parquet")
    assert (done.exit_code, done.stdout) == (0, "")
    assert (work / "t.csv").read_text().startswith("number,cycle,generation,")
    assert {path.name for path in work.iterdir()} == {"run", "t.csv", "i.parquet"}

    again = call("export", "run", "--items", "new.csv", "--trials", "t.csv")
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)
    assert not (work / "new.csv").exists()
    twice = call("export", "run", "--items", "new.csv", "--trials", "new.csv")
    assert (twice.exit_code, twice.stderr) == (1, "evomerge: [Errno 17] File exists: 'new.csv'\n")


def test_a_run_is_exported_as_a_study(work):
    pytest.importorskip("optuna")
    done = call("export", written(work / "run"), "--optuna", "sqlite:///x.db")
    assert (done.exit_code, done.stderr) == (0, f"study: {work / 'run'}\n")
