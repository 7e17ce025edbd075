"""The commands as users and programs meet them: exit codes, stdout, stderr, and what is written."""

import json
import shutil
import subprocess
import sys

import pytest
import yaml
from typer.testing import CliRunner

from evomerge.cli.main import app
from evomerge.ledger import Lock
from evomerge.weights import Checkpoint
from evomerge.zoo import zoo_folder
from tests.run.small import TEXT

HEAVY = ("torch", "transformers", "ray", "lm_eval", "cma", "numpy", "pydantic")


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write(folder, text=TEXT):
    (folder / "small.yaml").write_text(text)
    return folder / "small.yaml"


def test_help_needs_nothing_heavy():
    code = (
        "import sys; sys.argv = ['evomerge', '--help']\n"
        "from evomerge.cli.main import app\n"
        "try: app()\n"
        f"except SystemExit as end: print(end.code, *set(sys.modules) & set({HEAVY}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "0"
    commands = "run", "resume", "check", "merge", "export", "score", "answers", "status", "schema"
    for name in commands:
        assert f" {name} " in done.stdout


def test_a_run_from_its_beginning_to_its_end(work):
    recipe = write(work)
    done = call("run", recipe)
    assert done.exit_code == 0, done.stderr
    verdict = json.loads(done.stdout)
    assert verdict["verdict"] == "promoted"
    assert verdict["folder"] == str(work / "runs" / "small" / "winner")
    assert "promoted: " in done.stderr
    assert "searching: generation 1" in done.stderr

    done = call("status", "runs/small", "--json")
    facts = json.loads(done.stdout)
    assert facts["state"] == "finished"
    for key in ("verdict", "items", "winner", "best_parent", "uniform", "difference", "p_value"):
        assert facts["promotion"][key] == verdict[key]
    assert facts["weights_sha256"] == verdict["weights_sha256"]
    text = call("status", "runs/small")
    assert text.exit_code == 0
    assert "promoted: " in text.stdout

    done = call("merge", "runs/small/winner/recipe.yaml", "out", "--threads", 1)
    assert json.loads(done.stdout)["weights_sha256"] == verdict["weights_sha256"]
    assert Checkpoint(work / "out").content_hash == verdict["weights_sha256"]

    exported = call("export", "runs/small")
    assert (exported.exit_code, exported.stderr) == (0, "")
    assert yaml.safe_load(exported.stdout)["merge_method"] == "task_arithmetic"
    assert call("export", "out").stdout == exported.stdout
    assert call("export", "runs/small/winner/recipe.yaml", "m.yaml").exit_code == 0
    assert (work / "m.yaml").read_text() == exported.stdout
    assert call("export", "runs/small", "m.yaml").exit_code == 2

    again = call("run", recipe)
    assert (again.exit_code, json.loads(again.stdout)) == (0, verdict)
    resumed = call("resume", "runs/small")
    assert (resumed.exit_code, json.loads(resumed.stdout)) == (0, verdict)
    other = call("run", recipe, "--seed", 5)
    assert other.exit_code == 2
    assert "belongs to another run" in other.stderr


def test_check_does_nothing_and_tells_all(work):
    done = call("check", write(work))
    assert done.exit_code == 0
    for part in ("zoo:arithmetic", "models.0.parameters.weight", "24", "60", "memory:", "disk:"):
        assert part in done.stdout
    assert "cost of 10 candidates: at most" in done.stdout
    assert [path.name for path in work.iterdir()] == ["small.yaml"]


def test_check_names_genes_without_effect_and_what_comes_beyond_the_budget(work):
    idle = "models:\n  - {model: zoo:base, parameters: {weight: {gene: {low: 0, high: 1}}}}\n"
    text = TEXT.replace("models:\n", idle).replace("{evaluations: 10}", "{tokens: 100}")
    done = call("check", write(work, text + "  random_search: true\n"))
    assert done.exit_code == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("caution: ")]
    assert "small.yaml:4: models.0.parameters.weight has no effect: zoo:base is the base" in told[0]
    assert "small.yaml:14: parents and their average may take up to" in told[1]
    assert len(told) == 2
    assert "budget: 100 tokens; the search ends with whichever comes first" in done.stdout
    (beyond,) = [x for x in done.stdout.splitlines() if x.startswith("beyond the budget: ")]
    for part in ("the last race", "validation and test", "the random search"):
        assert part in beyond


def test_check_says_when_nothing_is_left_to_search_for(work):
    gene = "{weight: {gene: {low: 0, high: 1}}}"
    models = f"models:\n  - {{model: zoo:french, parameters: {gene}}}\n"
    text = "merge_method: linear\n" + models + TEXT[TEXT.index("evolve:") :]
    done = call("check", write(work, text))
    assert done.exit_code == 0, done.stderr
    assert "small.yaml:3: models.0.parameters.weight has no effect: " in done.stdout
    assert "caution: no gene has an effect, so there is one offspring" in done.stdout


def test_a_run_is_extended_and_the_second_verdict_told(work):
    call("run", write(work), "--run-dir", "runs/small")
    done = call("resume", "runs/small", "--evaluations", "12")
    assert done.exit_code == 0, done.stderr
    assert "the budget is 12 evaluations now" in done.stderr
    assert "the search ended after 12 of 12 evaluations" in done.stderr
    told = call("status", "runs/small").stdout
    assert "before it was extended: promoted: " in told
    assert "the search ended after 12 of 12 evaluations" in told
    for wrong in (("--evaluations", "12"), ("--tokens", "9"), ("--minutes", "nan")):
        assert call("resume", "runs/small", *wrong).exit_code == 2


def test_check_tells_what_scores_of_a_range_cannot_show(work):
    done = call("check", write(work, TEXT.replace("metric: exact_match", "metric: gold_logprob")))
    assert done.exit_code == 0, done.stderr
    assert "range of zoo_arithmetic: its items score between -10 and 0, so gains under" in (
        " ".join(done.stdout.split())
    )


def test_an_open_method_is_told_with_what_each_choice_takes(work):
    method = "{gene: {choice: [task_arithmetic, ties]}}"
    text = TEXT.replace("merge_method: task_arithmetic", f"merge_method: {method}")
    text = text.replace("high: 1.5}}}}\n", "high: 1.5}}, density: {gene: {low: 0.1, high: 1}}}}\n")
    done = call("check", write(work, text))
    assert done.exit_code == 0, done.stderr
    assert "['task_arithmetic', 'ties']" in done.stdout
    assert done.stdout.count("(ties only)") == 2


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


def test_the_schema_is_json():
    schema = json.loads(call("schema").stdout)
    assert {"merge_method", "models", "evolve"} <= set(schema["properties"])


@pytest.mark.parametrize(
    "change",
    {
        "a misspelt key": ("merge_method", "merge_methd"),
        "a missing key": ("  budget: {evaluations: 10}\n", ""),
        "low > high": ("{low: 0, high: 1.5}", "{low: 2, high: 1.5}"),
        "an absent parent": ("zoo:largest", "/nowhere/model"),
        "another shape": ("zoo:largest", "{other}"),
        "pickled weights": ("zoo:largest", "{pickled}"),
        "a truncated shard": ("zoo:largest", "{truncated}"),
        "an escaping index": ("zoo:largest", "{escaping}"),
        "an unknown task": ("zoo_largest", "zoo_biggest"),
        "an unknown metric": ("metric: acc}", "metric: f1}"),
        "too few items": ("test: 60", "test: 600"),
        "no genes": ("{gene: {low: 0, high: 1.5}}", "0.5"),
        "not YAML": ("models:", "models: ["),
    }.items(),
    ids=lambda change: change[0],
)
def test_bad_input_is_exit_2_with_one_clear_message_and_nothing_written(work, change, make_model):
    name, (old, new) = change
    folder = work / "bad"
    shutil.copytree(zoo_folder("zoo:largest"), folder)
    weights = folder / "model.safetensors"
    if name == "pickled weights":
        weights.rename(folder / "pytorch_model.bin")
    elif name == "a truncated shard":
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif name == "an escaping index":
        weights.rename(work / "outside.safetensors")
        index = {"weight_map": {"model.norm.weight": "../outside.safetensors"}}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    bad = make_model("other") if name == "another shape" else folder
    new = (
        str(bad)
        if new.startswith("{") and new[1:-1] in ("other", "pickled", "truncated", "escaping")
        else new
    )
    assert old in TEXT
    recipe = write(work, TEXT.replace(old, new))
    before = sorted(work.rglob("*"))
    done = call("run", recipe, "--run-dir", "run")
    assert done.exit_code == 2
    assert done.stdout == ""
    message = done.stderr.split("…\n", 1)[1]
    assert message.startswith("evomerge: ")
    assert "Traceback" not in message
    assert sorted(work.rglob("*")) == before


def test_a_folder_in_use_is_exit_2(work):
    recipe = write(work)
    (work / "run").mkdir()
    Lock(work / "run")
    done = call("run", recipe, "--run-dir", "run")
    assert done.exit_code == 2
    assert "in use" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("run", "nowhere.yaml"),
        ("run", "small.yaml", "--device", "tpu"),
        ("run", "small.yaml", "--workers", "0"),
        ("run", "small.yaml", "--seed", "-1"),
        ("check", "nowhere.yaml"),
        ("merge", "small.yaml", "out"),
        ("merge", "nowhere.yaml", "out"),
        ("export", "small.yaml"),
        ("export", "nowhere"),
        ("export", ".", "out"),
        ("score", "zoo:nobody", "small.yaml"),
        ("score", "zoo:base", "small.yaml", "--split", "training"),
        ("resume", "nowhere"),
        ("status", "nowhere"),
        ("status", "."),
        ("fly",),
    ],
    ids=" ".join,
)
def test_wrong_use_is_exit_2_and_writes_nothing(work, arguments):
    write(work)
    done = call(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr
    assert [path.name for path in work.iterdir()] == ["small.yaml"]


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
