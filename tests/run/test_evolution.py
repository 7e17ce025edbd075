"""What a recipe promises, kept by whole runs of small models."""

import json
import os
import shutil
import signal
from dataclasses import replace

import numpy as np
import pytest
import yaml

from evomerge import evolve, resume, status
from evomerge.errors import RecipeError, RunFolderError, Stopped
from evomerge.ledger import BaselinesNamed, Ledger, Part, State, labelled
from evomerge.report.verdict import FinalistChoice
from evomerge.score.proof.aggregate import Aggregate
from evomerge.zoo import TASKS

SUMS = {"task": "zoo_arithmetic", "metric": "exact_match"}
SPELT = {"task": "zoo_french", "metric": "exact_match"}
LARGEST = {"task": "zoo_largest", "metric": "acc"}


def rows(name):
    return [json.loads(line) for line in (TASKS / f"{name}.jsonl").read_text().splitlines()]


@pytest.fixture
def recipe(tmp_path):
    """Writes a recipe for a search of seconds."""

    def write(*fitness, models=("arithmetic", "largest"), **more):
        weight = {"gene": {"low": 0, "high": 1.5}}
        plain = {
            "merge_method": "task_arithmetic",
            "base_model": "zoo:base",
            "models": [{"model": f"zoo:{m}", "parameters": {"weight": weight}} for m in models],
            "evolve": {
                "seed": 3,
                "fitness": list(fitness),
                "splits": {"search": 24, "validation": 16, "test": 60},
                "search": {"population": 4},
                "budget": {"evaluations": 8},
                "elites": 2,
                **more,
            },
        }
        file = tmp_path / "recipe.yaml"
        apart = json.loads(json.dumps(plain))  # the same list twice would be an alias
        file.write_text(yaml.safe_dump(apart, sort_keys=False))
        return file

    return write


def copied(folder, task, change=lambda rows: rows):
    """A task of the zoo in a folder of its own, with changed rows."""
    folder.mkdir(exist_ok=True)
    shutil.copy(TASKS / f"{task}.yaml", folder)
    lines = [json.dumps(row) + "\n" for row in change(rows(task))]
    (folder / f"{task}.jsonl").write_text("".join(lines))
    return str(folder / f"{task}.yaml")


def keeps(verdict, task, floor, base):
    """Whether the winner's mean on the sealed items lies above a floor."""
    return verdict.scores["winner"].tasks[task] >= base - floor


def test_a_floor_changes_the_winner(recipe, tmp_path):
    weighty = {**LARGEST, "weight": 0.05}
    free = evolve(recipe(SUMS, weighty), tmp_path / "free")
    floored = evolve(recipe(SUMS, {**weighty, "floor": 0.1}), tmp_path / "floored")
    best = max(s.tasks["zoo_largest"] for s in free.verdict.scores.values())
    assert not keeps(free.verdict, "zoo_largest", 0.1, best)
    assert keeps(floored.verdict, "zoo_largest", 0.1, best)
    assert floored.weights_sha256 != free.weights_sha256
    assert floored.verdict.winner < free.verdict.winner


def test_a_winner_below_the_floor_of_a_task_is_refused(recipe, tmp_path):
    free = evolve(recipe(SUMS, LARGEST), tmp_path / "free")
    assert free.promoted
    best = free.verdict.scores["zoo:arithmetic"].tasks["zoo_arithmetic"]
    assert not keeps(free.verdict, "zoo_arithmetic", 0.01, best)
    floored = evolve(recipe({**SUMS, "floor": 0.01}, LARGEST), tmp_path / "floored")
    (reason,) = floored.verdict.reasons
    assert reason.startswith("zoo_arithmetic: not shown to keep within 0.01 of zoo:arithmetic")
    assert floored.verdict.floors["zoo_arithmetic"].result.shown is False
    assert "## Scores: refused" in (floored.winner / "README.md").read_text()


def test_a_text_that_a_winner_reads_worse_guards_against_it(recipe, tmp_path):
    text = tmp_path / "sums.txt"
    lines = [f"{row['question']} {row['answer']}" for row in rows("largest")[:110]]
    text.write_text("\n\n".join(lines))
    guard = {"text": str(text), "floor": {"margin": 0.02, "against": "zoo:arithmetic"}}
    models = ("arithmetic", "french")
    watched = evolve(
        recipe(SUMS, SPELT, {"text": str(text), "weight": 0}, models=models), tmp_path / "watched"
    )
    assert watched.promoted, watched.verdict.reasons
    parent = watched.verdict.scores["zoo:arithmetic"].tasks["sums"]
    assert not keeps(watched.verdict, "sums", 0.02, parent)
    guarded = evolve(recipe(SUMS, SPELT, models=models, guards=[guard]), tmp_path / "guarded")
    assert keeps(guarded.verdict, "sums", 0.02, parent)
    assert guarded.promoted == guarded.verdict.floors["sums"].result.shown
    assert guarded.weights_sha256 != watched.weights_sha256


def test_a_task_that_a_winner_does_worse_guards_against_it(recipe, tmp_path):
    """Sums alone are done best with little of the other skill."""
    free = evolve(recipe(SUMS, {**LARGEST, "weight": 0}), tmp_path / "free")
    best = free.verdict.scores["zoo:largest"].tasks["zoo_largest"]
    assert not keeps(free.verdict, "zoo_largest", 0.15, best)
    guarded = evolve(recipe(SUMS, guards=[{**LARGEST, "floor": 0.15}]), tmp_path / "guarded")
    assert keeps(guarded.verdict, "zoo_largest", 0.15, best)
    assert guarded.verdict.floors["zoo_largest"].result.shown
    # The fittest parent does not keep to the floor, and must be beaten all the same.
    assert guarded.verdict.best == "zoo:arithmetic"
    assert not guarded.promoted
    assert guarded.weights_sha256 != free.weights_sha256


def scored(folder):
    with Ledger(folder) as ledger:
        parts = ledger.parts(with_scores=True)
    return {(score.task, score.item) for part in parts for score in part.scores}, len(parts)


@pytest.mark.parametrize("what", ["questions", "answers"])
def test_recipes_that_differ_in_their_items_share_no_score(recipe, tmp_path, what):
    def changed(many):
        if what == "questions":
            return [{**row, "question": f"so {row['question']}"} for row in many]
        return [{**row, "answer": f"1{row['answer']}"} for row in many]

    task = {**SUMS, "task": copied(tmp_path / "tasks", "arithmetic")}
    file = recipe(task, budget={"evaluations": 2})
    evolve(file, tmp_path / "one")
    copied(tmp_path / "tasks", "arithmetic", changed)
    with pytest.raises(RunFolderError, match="the items of its tasks, or their prompts"):
        evolve(file, tmp_path / "one")
    evolve(file, tmp_path / "two", anyway=True)  # nobody can answer these
    (first, parts), (second, again) = (scored(tmp_path / name) for name in ("one", "two"))
    assert not first & second
    assert parts == again


def test_another_filter_of_the_same_answers_is_another_run(recipe, tmp_path):
    task = {**SUMS, "task": copied(tmp_path / "tasks", "arithmetic")}
    file = recipe(task, budget={"evaluations": 1})
    run = evolve(file, tmp_path / "run")
    settings = (tmp_path / "tasks/arithmetic.yaml").read_text()
    lenient = settings.replace("metric: exact_match", "metric: exact_match\n    ignore_case: true")
    (tmp_path / "tasks/arithmetic.yaml").write_text(lenient)
    with pytest.raises(RunFolderError, match="what judges zoo_arithmetic has changed"):
        resume(tmp_path / "run")
    (tmp_path / "tasks/arithmetic.yaml").write_text(f"# Sums.\n{settings}")
    assert resume(tmp_path / "run") == run


def test_labels_that_mean_nothing_promote_nothing(recipe, tmp_path):
    generator = np.random.default_rng(0)

    def shuffled(many):
        answers = generator.permutation([row["answer"] for row in many]).tolist()
        return [{**row, "answer": answer} for row, answer in zip(many, answers, strict=True)]

    def drawn(many):
        return [{**row, "answer": row["choices"][generator.integers(3)]} for row in many]

    sums = {**SUMS, "task": copied(tmp_path / "sums", "arithmetic", shuffled)}
    largest = {**LARGEST, "task": copied(tmp_path / "largest", "largest", drawn)}
    run = evolve(recipe(sums, largest, budget={"evaluations": 16}), tmp_path / "run")
    assert not run.promoted
    assert "not shown to be better than" in run.verdict.reasons[0]
    tasks = run.verdict.scores["winner"].tasks
    assert tasks["zoo_arithmetic"] < 0.1
    assert abs(tasks["zoo_largest"] - 1 / 3) < 0.2


def test_random_search_is_compared_with_when_asked_for(recipe, tmp_path):
    run = evolve(recipe(SUMS, LARGEST, random_search=True), tmp_path / "run")
    against = run.verdict.comparisons["random search"].fitness
    assert against.difference == pytest.approx(
        run.verdict.winner - run.verdict.scores["random search"].fitness
    )
    assert run.promoted  # better than the parents, whatever random search finds
    with Ledger(run.folder) as ledger:
        met = {(t.place.cycle, t.digest) for t in ledger.trials() if t.place}
    cycles = [cycle for cycle, _ in met]
    assert cycles.count(-1) == cycles.count(0) == status(run.folder)["cost"]["evaluations"] == 8


@pytest.mark.parametrize("how", ["range", "geometric"])
def test_fitness_is_what_the_recipe_says_of_the_tasks(recipe, tmp_path, how):
    run = evolve(recipe({**SUMS, "weight": 3}, LARGEST, aggregate=how), tmp_path / "run")
    weights = {"zoo_arithmetic": 3.0, "zoo_largest": 1.0}
    with Ledger(run.folder) as ledger:
        trials = [t for t in ledger.trials() if t.fitness is not None]
        (baselines,) = (labelled(named.models) for named in ledger.all_of(BaselinesNamed))
    parents = [t for t in trials if t.digest in baselines.values() and t.split == "search"]
    parents = [t for t in parents if t.digest != baselines["uniform"]]
    ranges = {
        task: (min(t.task_means[task] for t in parents), max(t.task_means[task] for t in parents))
        for task in weights
    }
    aggregate = Aggregate(weights, how, ranges)
    assert len(trials) > 12
    for trial in trials:
        if trial.reason == "":
            assert trial.fitness == pytest.approx(aggregate.fitness(trial.task_means))
    for scores in run.verdict.scores.values():
        assert scores.fitness == pytest.approx(aggregate.fitness(scores.tasks))


def test_scores_below_0_have_no_geometric_mean_and_nothing_is_searched(recipe, tmp_path):
    file = recipe(SUMS, {**LARGEST, "metric": "gold_logprob"}, aggregate="geometric")
    line = file.read_text().splitlines().index("  aggregate: geometric") + 1
    with pytest.raises(RecipeError, match=f"recipe.yaml:{line}: zoo_largest scores -.*by range"):
        evolve(file, tmp_path / "run")
    assert not (tmp_path / "run").exists()


RACED = {
    "splits": {"search": 150, "validation": 40, "test": 60},
    "search": {"population": 8},
    "budget": {"evaluations": 24},
}


@pytest.fixture
def raced(recipe):
    return recipe(SUMS, LARGEST, **RACED)


def test_a_race_of_one_generation_has_the_winner_that_scoring_all_has(recipe, tmp_path):
    one = {**RACED, "budget": {"evaluations": 8}}
    race = evolve(recipe(SUMS, LARGEST, **one), tmp_path / "race")
    full = evolve(recipe(SUMS, LARGEST, **one, race=False), tmp_path / "full")
    assert race.weights_sha256 == full.weights_sha256
    # Which others are finalists may differ, and so what is said of their luck.
    ours, theirs = (replace(run.verdict, choice=FinalistChoice()) for run in (race, full))
    assert ours == theirs
    assert status(full.folder)["trials"]["pruned"] == 0
    assert status(race.folder)["trials"]["pruned"] > 0
    with Ledger(full.folder) as ledger:
        assert {t.items for t in ledger.trials() if t.split == "search"} == {300}


def test_a_race_ends_alike_when_stopped_and_with_two_workers(raced, tmp_path):
    whole = evolve(raced, tmp_path / "whole")
    folder, parts = tmp_path / "stopped", []

    def stop(record):
        if isinstance(record.what, Part):
            parts.append(record.what)
            if len(parts) == 20:
                os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Stopped):
        evolve(raced, folder, watch=stop)
    assert status(folder)["state"] == "stopped"
    for run in (resume(folder), evolve(raced, tmp_path / "two", workers=2)):
        assert run.weights_sha256 == whole.weights_sha256
        assert run.verdict == whole.verdict
        assert _ended(run.folder) == _ended(whole.folder)
    assert State.PRUNED in {state for _, state, _, _ in _ended(whole.folder)}


def _ended(folder):
    """Every trial, and how it ended."""
    with Ledger(folder) as ledger:
        trials = [t for t in ledger.trials() if t.state is not State.CANCELLED]
    return sorted((t.digest, t.state, t.items, t.fitness) for t in trials)


@pytest.mark.parametrize(
    "more, key, problem",
    [
        ({"guards": [{**LARGEST, "floor": {"margin": 0, "against": "zoo:french"}}]},
         "against: zoo:french", "floor: 'zoo:french' is none of the parents"),
        ({"guards": [LARGEST]}, "task: zoo_largest", r"guards\[0\] lacks the key 'floor'"),
        ({"guards": [{**LARGEST, "floor": 0.1, "weight": 1}]}, "weight: 1", r"guards\[0\].weight"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_guard_is_told_with_its_line(recipe, tmp_path, more, key, problem):
    file = recipe(SUMS, **more)
    lines = file.read_text().splitlines()
    near = next(number for number, line in enumerate(lines, 1) if line.strip(" -") == key)
    with pytest.raises(RecipeError, match=problem) as caught:
        evolve(file, tmp_path / "run")
    line = int(str(caught.value).partition("recipe.yaml:")[2].partition(":")[0])
    assert near - 2 <= line <= near
    assert not (tmp_path / "run").exists()
