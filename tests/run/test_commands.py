"""The main job for real: small models, few items, every way a run can go."""

import hashlib
import json
import os
import shutil
import signal

import pytest
import torch
import yaml
from huggingface_hub import ModelCard
from transformers import AutoModelForCausalLM, AutoTokenizer

from evomerge import evolve, load_recipe, merge, resume, status
from evomerge.errors import EvomergeError, Interrupted, RunFolderError, Stopped, UserError
from evomerge.ledger import (
    CycleEnded,
    ItemsOpened,
    Ledger,
    Lock,
    SessionBegan,
    State,
    Told,
    Trial,
    WinnerChosen,
)
from evomerge.permissions import Permissions
from evomerge.recipe import parse_recipe
from evomerge.report.verdict_json import verdict_to_json
from evomerge.run.commands import promote_finalist
from evomerge.weights import Checkpoint
from tests.run.small import TEXT
from tests.score.judges.served import LOCAL, serving, shorter


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that nothing interrupted."""
    return evolve(parse_recipe(TEXT), tmp_path_factory.mktemp("runs") / "whole")


def history(folder):
    """What was asked for, in the order of asking, and what came of it."""
    with Ledger(folder) as ledger:
        trials = [t for t in ledger.trials() if t.place and t.state is not State.CANCELLED]
    ordered = sorted(trials, key=lambda t: (t.place.cycle, t.place.generation, t.place.position))
    return [(t.digest, t.fitness) for t in ordered]


def test_the_winner_beats_its_parents_on_items_it_never_saw(finished):
    verdict = finished.verdict
    assert finished.promoted
    assert verdict.difference == pytest.approx(verdict.winner - verdict.best_parent)
    assert verdict.difference > 0.1
    assert verdict.p_value < 0.01
    assert verdict.items == 120
    assert set(verdict.scores) == {
        "winner",
        "uniform",
        "zoo:base",
        "zoo:arithmetic",
        "zoo:largest",
    }


def test_the_winner_is_a_model_that_transformers_loads(finished):
    model = AutoModelForCausalLM.from_pretrained(finished.winner)
    tokenizer = AutoTokenizer.from_pretrained(finished.winner)
    assert model.dtype == torch.float32
    ids = tokenizer("3 9 1", return_tensors="pt").input_ids
    assert torch.isfinite(model(ids).logits).all()
    names = {path.name for path in finished.winner.iterdir()}
    assert {"README.md", "recipe.yaml", "manifest.json", "generation_config.json"} <= names
    assert Checkpoint(finished.winner).content_hash == finished.weights_sha256


def test_the_card_says_what_it_is_made_of_and_how_well_it_does(finished):
    card = ModelCard.load(finished.winner / "README.md")
    head, body = card.data, card.text
    assert (head.base_model, head.license) == (None, "apache-2.0")
    assert {"merge", "evomerge"} <= set(head.tags)
    assert {one.dataset_name: one.metric_value for one in head.eval_results} == (
        finished.verdict.scores["winner"].tasks
    )
    for part in (finished.weights_sha256, "## Scores: promoted", "## Lineage", "merge_method:"):
        assert part in body
    assert f"{finished.verdict.winner:.3f}" in body


def test_its_recipe_makes_the_same_weights_again(finished, tmp_path):
    recipe = load_recipe(finished.winner / "recipe.yaml")
    assert merge(recipe, tmp_path / "again") == finished.weights_sha256
    assert Checkpoint(tmp_path / "again").content_hash == finished.weights_sha256


def test_status_tells_the_whole_story(finished):
    facts = json.loads(json.dumps(status(finished.folder)))
    assert facts["state"] == "finished"
    assert facts["trials"]["scored"] + facts["trials"]["pruned"] == 10
    assert facts["trials"]["failed"] == facts["trials"]["cancelled"] == 0
    assert facts["openings"] == 1
    assert facts["generation"] == 2
    assert facts["promotion"] == json.loads(json.dumps(verdict_to_json(finished.verdict)))
    assert facts["weights_sha256"] == finished.weights_sha256
    assert set(facts["parents"]) == {"zoo:base", "zoo:arithmetic", "zoo:largest"}
    for row in facts["parents"].values():
        assert None not in (row["search"], row["validation"], row["test"])
    assert facts["best"]["validation"] is not None
    cost = facts["cost"]
    assert cost["evaluations"] == 10
    assert cost["wall_s"] > 0
    assert cost["tokens"] > 0


def test_a_run_is_a_function_of_its_recipe_and_seed(finished, tmp_path):
    again = evolve(parse_recipe(TEXT), tmp_path / "again")
    assert again.weights_sha256 == finished.weights_sha256
    assert again.verdict == finished.verdict
    assert history(again.folder) == history(finished.folder)
    other = evolve(parse_recipe(TEXT), tmp_path / "other", seed=4)
    assert not {d for d, _ in history(other.folder)} & {d for d, _ in history(finished.folder)}


def turned(node):
    """The same recipe, each mapping's keys in the reverse order."""
    if isinstance(node, dict):
        return {key: turned(node[key]) for key in reversed([*node])}
    return [turned(child) for child in node] if isinstance(node, list) else node


SPELT = {
    "keys in another order": lambda plain: turned(plain),
    "values in another form": lambda plain: {
        **plain,
        "name": "the same",
        "models": [
            {
                "parameters": {"weight": [{"value": one["parameters"]["weight"]}]},
                "model": {"model": {"path": one["model"]}},
            }
            for one in plain["models"]
        ],
    },
}


@pytest.mark.parametrize("spell", SPELT.values(), ids=SPELT)
def test_two_spellings_of_a_recipe_are_one_search(finished, tmp_path, spell):
    spelt = parse_recipe(yaml.safe_dump(spell(yaml.safe_load(TEXT)), sort_keys=False))
    run = evolve(spelt, tmp_path / "run")
    assert run.weights_sha256 == finished.weights_sha256
    assert run.verdict.scores == finished.verdict.scores


def test_a_run_is_resumed_by_a_recipe_whose_keys_stand_otherwise(finished, tmp_path):
    seen = []

    def watch(record):
        what = record.what
        if isinstance(what, Trial) and what.place is not None and not seen:
            seen.append(what)
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Stopped):
        evolve(parse_recipe(TEXT), tmp_path / "run", watch=watch)
    other = parse_recipe(yaml.safe_dump(turned(yaml.safe_load(TEXT)), sort_keys=False))
    run = evolve(other, tmp_path / "run")
    assert run.weights_sha256 == finished.weights_sha256
    assert run.verdict == finished.verdict
    assert history(run.folder) == history(finished.folder)


def test_two_workers_find_the_same_winner(finished, tmp_path):
    run = evolve(parse_recipe(TEXT), tmp_path / "two", workers=2)
    assert run.weights_sha256 == finished.weights_sha256
    assert run.verdict == finished.verdict
    assert history(run.folder) == history(finished.folder)
    with Ledger(run.folder) as ledger:
        assert len({part.worker for part in ledger.parts()}) == 2


@pytest.fixture
def heeded():
    """All signals are, whatever the tests were begun by (nohup, a background shell)."""
    numbers = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_DFL) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.parametrize(
    "number, kind, error",
    [
        (signal.SIGTERM, SessionBegan, Stopped),
        (signal.SIGINT, "search", Interrupted),
        (signal.SIGINT, "validation", Interrupted),
        (signal.SIGHUP, Told, Stopped),
        (signal.SIGTERM, WinnerChosen, Stopped),
        (signal.SIGTERM, "test", Stopped),
    ],
)
def test_a_stopped_run_ends_in_the_same_winner(finished, tmp_path, heeded, number, kind, error):
    seen = []

    def watch(record):
        what = record.what
        if not seen and kind in (type(what), getattr(what, "split", "")):
            seen.append(what)
            os.kill(os.getpid(), number)

    folder = tmp_path / "run"
    with pytest.raises(error, match=f"go on with: evomerge resume {folder}"):
        evolve(parse_recipe(TEXT), folder, watch=watch)
    assert status(folder)["state"] == "stopped"
    assert status(folder)["promotion"] == {"verdict": "pending"}
    run = resume(folder)
    assert run.weights_sha256 == finished.weights_sha256
    assert run.verdict == finished.verdict
    assert history(folder) == history(finished.folder)
    with Ledger(folder) as ledger:
        assert len(ledger.all_of(ItemsOpened)) == 1


def test_a_finished_run_is_not_done_again(finished):
    seen = []
    again = evolve(parse_recipe(TEXT), finished.folder, watch=seen.append)
    assert again == finished
    assert resume(finished.folder) == finished
    assert not seen


def test_a_run_folder_belongs_to_one_recipe(finished):
    other = parse_recipe(TEXT.replace("high: 1.5", "high: 1.4"))
    before = status(finished.folder)
    with pytest.raises(RunFolderError, match="belongs to another run"):
        evolve(other, finished.folder)
    with pytest.raises(RunFolderError, match="belongs to another run"):
        evolve(parse_recipe(TEXT), finished.folder, seed=99)
    assert status(finished.folder) == before


def test_a_run_folder_in_use_is_left_alone(tmp_path):
    tmp_path.joinpath("run").mkdir()
    held = Lock(tmp_path / "run")
    try:
        with pytest.raises(RunFolderError, match="in use"):
            evolve(parse_recipe(TEXT), tmp_path / "run")
    finally:
        held.release()
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["lock"]


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("…")
    with pytest.raises(RunFolderError, match="holds something other than a run"):
        evolve(parse_recipe(TEXT), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    with pytest.raises(RunFolderError, match="not a run folder"):
        resume(tmp_path)


def test_parents_that_changed_since_are_told(tmp_path):
    from evomerge.zoo import zoo_folder

    for name in ("base", "arithmetic", "largest"):
        shutil.copytree(zoo_folder(f"zoo:{name}"), tmp_path / name)
    text = TEXT.replace("zoo:", f"{tmp_path}/").replace("evaluations: 10", "evaluations: 1")
    evolve(parse_recipe(text), tmp_path / "run")
    shutil.copy(
        zoo_folder("zoo:french") / "model.safetensors", tmp_path / "largest" / "model.safetensors"
    )
    with pytest.raises(RunFolderError, match=f"the weights of {tmp_path}/largest have changed"):
        resume(tmp_path / "run")


def test_items_and_settings_that_changed_since_are_told(tmp_path):
    """Scores of other items, prompts or tokenizers cannot stand beside those recorded."""
    from evomerge.zoo import TASKS, zoo_folder

    shutil.copytree(zoo_folder("zoo:base"), tmp_path / "base")
    for name in ("largest.yaml", "largest.jsonl"):
        shutil.copy(TASKS / name, tmp_path)
    text = TEXT.replace("zoo:base", str(tmp_path / "base")).replace(
        "evaluations: 10", "evaluations: 1"
    )
    text = text.replace("task: zoo_largest", f"task: {tmp_path}/largest.yaml")
    run = evolve(parse_recipe(text), tmp_path / "run")
    task = (tmp_path / "largest.yaml").read_text()
    (tmp_path / "largest.yaml").write_text(task.replace("{{question}}", "Well: {{question}}"))
    with pytest.raises(
        RunFolderError, match="the items of its tasks, or their prompts, have changed"
    ):
        resume(tmp_path / "run")
    (tmp_path / "largest.yaml").write_text(task)
    (tmp_path / "base" / "generation_config.json").write_text('{"eos_token_id": 5}')
    with pytest.raises(RunFolderError, match="generation config or tokenizer of its parents"):
        resume(tmp_path / "run")
    shutil.copy(zoo_folder("zoo:base") / "generation_config.json", tmp_path / "base")
    assert resume(tmp_path / "run") == run


def test_a_winner_that_is_no_better_is_refused_and_saved(tmp_path):
    text = TEXT.replace("    - {task: zoo_largest, metric: acc}\n", "")
    text = text.replace("high: 1.5", "high: 0.01").replace("evaluations: 10", "evaluations: 2")
    run = evolve(parse_recipe(text), tmp_path / "run")
    assert not run.promoted
    assert run.verdict.outcome == "refused"
    assert "## Scores: refused" in (run.winner / "README.md").read_text()
    assert status(run.folder)["promotion"]["verdict"] == "refused"


def test_elites_join_the_parents_of_the_next_cycle(tmp_path):
    text = TEXT.replace("elites: 2", "elites: 2\n  cycles: 2")
    run = evolve(parse_recipe(text), tmp_path / "run")
    with Ledger(run.folder) as ledger:
        trials = [trial for trial in ledger.trials() if trial.place is not None]
        ends = [ended.cycle for ended in ledger.all_of(CycleEnded)]
    assert ends == [0, 1]
    assert len({trial.digest for trial in trials}) == 10
    models = {t.place.cycle: [m["model"] for m in t.recipe["models"]] for t in trials}
    elites = sorted((run.folder / "elites").iterdir())
    assert len(elites) == 2
    assert models[0] == ["zoo:arithmetic", "zoo:largest"]
    assert sorted(models[1][2:]) == [str(elite) for elite in elites]
    recipe = load_recipe(run.winner / "recipe.yaml")
    assert merge(recipe, tmp_path / "again") == run.weights_sha256

    def stop(record):
        what = record.what
        if isinstance(what, Trial) and what.place and what.place.cycle == 1:
            os.kill(os.getpid(), signal.SIGTERM)

    # The elites' folders are in the recipes, so the second run must stand where the first stood.
    run.folder.rename(tmp_path / "first")
    with pytest.raises(Stopped):
        evolve(parse_recipe(text), tmp_path / "run", watch=stop)
    assert resume(tmp_path / "run").weights_sha256 == run.weights_sha256
    assert history(tmp_path / "run") == history(tmp_path / "first")


def test_a_search_whose_offspring_all_fail_says_why(tmp_path):
    text = TEXT.replace("{low: 0, high: 1.5}", "{low: 1.0e+39, high: 2.0e+39}")
    with pytest.raises(EvomergeError, match=r"no recipe could be scored: .*not finite"):
        evolve(parse_recipe(text), tmp_path / "run")
    assert status(tmp_path / "run")["state"] == "failed"
    assert status(tmp_path / "run")["trials"]["failed"] == 10


JUDGED = """\
  fitness:
    - {task: zoo_arithmetic, metric: gold_logprob}
    - {task: zoo_arithmetic, python: "FOLDER/near.py:near"}
    - {text: FOLDER/book.txt, weight: 0.1}
  splits:"""
NEAR = """\
def near(doc, answer):
    return 1 / (1 + abs(int(answer) - int(doc["answer"]))) if answer.isdigit() else 0
"""


def judged(folder):
    """The small recipe, scored by what is no lm-eval metric."""
    (folder / "near.py").write_text(NEAR)
    (folder / "book.txt").write_text("\n\n".join(f"{n} + {n} = {2 * n}" for n in range(120)))
    head, rest = TEXT.split("  fitness:\n")
    terms = JUDGED.replace("FOLDER", str(folder))
    return parse_recipe(head + terms + rest.split("  splits:")[1])


def test_a_run_by_other_fitness_than_accuracy(tmp_path):
    run = evolve(judged(tmp_path), tmp_path / "run", permissions=Permissions(allow_python=True))
    scores = {name: model.tasks for name, model in run.verdict.scores.items()}
    for task in ("zoo_arithmetic", "zoo_arithmetic:python", "book"):
        assert scores["zoo:arithmetic"][task] > scores["zoo:base"][task]
        assert scores["winner"][task] > scores["zoo:base"][task]
    with Ledger(run.folder) as ledger:
        facts = ledger.facts()
    assert facts["options"]["allow_python"] is True
    assert [*facts["judges"]] == ["zoo_arithmetic", "zoo_arithmetic:python"]
    task_file, code = facts["judges"]["zoo_arithmetic:python"].split()
    assert code == hashlib.sha256(NEAR.encode()).hexdigest()
    assert task_file == facts["judges"]["zoo_arithmetic"]
    assert resume(run.folder).weights_sha256 == run.weights_sha256
    (tmp_path / "near.py").write_text(NEAR + "\n")
    with pytest.raises(RunFolderError, match="what judges zoo_arithmetic:python has changed"):
        resume(run.folder)


def test_a_judge_that_goes_away_stops_a_run_that_is_resumed_to_the_same_winner(tmp_path):
    there = True
    with serving(lambda asked, n: shorter(asked) if there else (401, "expired")) as server:
        judge = f"judge: {{model: m, rubric: shorter is better, url: '{server.url}'}}"
        text = TEXT.replace("zoo_arithmetic, metric: exact_match", f"zoo_french, {judge}")
        recipe = parse_recipe(text.replace("evaluations: 10", "evaluations: 5"))
        whole = evolve(recipe, tmp_path / "whole", permissions=LOCAL)

        def leave(record):
            nonlocal there
            there = there and not isinstance(record.what, Trial)

        with pytest.raises(Stopped, match=r"HTTP 401: expired.*; go on with: evomerge resume"):
            evolve(recipe, tmp_path / "cut", permissions=LOCAL, watch=leave)
        there = True
        cut = resume(tmp_path / "cut")
    assert cut.weights_sha256 == whole.weights_sha256
    assert cut.verdict == whole.verdict
    assert history(cut.folder) == history(whole.folder)


def test_another_finalist_can_be_tested_and_it_counts(finished, tmp_path):
    shutil.copytree(finished.folder, tmp_path / "run")
    second = promote_finalist(tmp_path / "run", 1)
    assert second.verdict.opening.number == 2
    assert second.verdict.finalist == 1
    assert second.winner == tmp_path / "run" / "finalists" / "1"
    assert Checkpoint(second.winner).content_hash == second.weights_sha256
    assert second.weights_sha256 != finished.weights_sha256
    facts = status(tmp_path / "run")
    assert facts["openings"] == 2
    assert facts["promotion"]["openings"] == 1
    assert [again["finalist"] for again in facts["promoted_again"]] == [1]
    assert resume(tmp_path / "run").weights_sha256 == finished.weights_sha256
    again = promote_finalist(tmp_path / "run", 1)
    assert again.verdict == second.verdict, "the same finalist is the same opening"
    winner = promote_finalist(tmp_path / "run", 0)
    assert (winner.weights_sha256, winner.verdict.opening.number) == (finished.weights_sha256, 1)
    assert winner.winner == tmp_path / "run" / "winner"
    with pytest.raises(UserError, match="the run has 0, its winner, to 2"):
        promote_finalist(tmp_path / "run", 3)
    with pytest.raises(RunFolderError, match="not a run folder"):
        promote_finalist(tmp_path, 1)
