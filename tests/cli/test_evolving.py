"""Runs begun, extended and refused, as users and programs meet them."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from evomerge.ledger import Ledger, Lock, Place
from evomerge.weights import Checkpoint
from evomerge.zoo import zoo_folder
from tests.cli.calling import call, write
from tests.run.small import TEXT


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

    verified = call("verify", "runs/small/winner", "--json")
    assert (verified.exit_code, json.loads(verified.stdout)["verdict"]) == (0, "promoted")
    files = {file.name for file in (work / "runs" / "small" / "winner").iterdir()}
    assert not files & {"proof.json", "approvals.json"}  # nobody must sign it
    assert call("approvals", "runs/small").stdout == "runs/small: nothing waits to be signed\n"

    _check_tables(verdict)

    explained = call("explain", "runs/small", "--evaluations", 3, "--json")
    assert (explained.exit_code, json.loads(explained.stdout)["evaluations"]) == (0, 3)
    assert "zoo:largest" in call("explain", "runs/small", "--evaluations", 3).stdout

    again = call("run", recipe)
    assert (again.exit_code, json.loads(again.stdout)) == (0, verdict)
    resumed = call("resume", "runs/small")
    assert (resumed.exit_code, json.loads(resumed.stdout)) == (0, verdict)
    other = call("run", recipe, "--seed", 5)
    assert other.exit_code == 2
    assert "belongs to another run" in other.stderr


def _json_lines(name):
    return [json.loads(line) for line in Path(name).read_text().splitlines()]


def _check_tables(verdict):
    """The run's tables and its comparison with itself say what the verdict says."""
    done = call("export", "runs/small", "--trials", "trials.jsonl", "--items", "items.jsonl")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    trials, items = map(_json_lines, ("trials.jsonl", "items.jsonl"))
    with Ledger(Path("runs/small")) as ledger:
        recorded = {t.place: t for t in ledger.trials() if t.place and t.split == "search"}
    ended = [row for row in trials if row["state"]]
    assert len(ended) == len(recorded) == 10
    for row in ended:
        last = recorded[Place(row["cycle"], row["generation"], row["position"])]
        assert (row["fitness"], row["items"], row["digest"]) == (
            last.fitness,
            last.items,
            last.digest,
        )
        genes = [row[f"gene:models.{n}.parameters.weight"] for n in (0, 1)]
        assert genes == [model["parameters"]["weight"] for model in last.recipe["models"]]
    sealed = [r["score"] for r in items if (r["model"], r["split"]) == ("winner", "test")]
    assert sum(sealed) / len(sealed) == pytest.approx(verdict["winner"])
    assert call("export", "runs/small", "--items", "items.jsonl").exit_code == 2

    (same,) = json.loads(call("compare", "runs/small", "runs/small", "--json").stdout)["winners"]
    assert (same["fitness"]["difference"], same["fitness"]["p_value"]) == (0.0, 1.0)
    assert (same["fitness"]["items"], same["fitness"]["units"]) == (
        verdict["items"],
        verdict["units"],
    )


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
