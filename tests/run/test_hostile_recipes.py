"""Recipes that ask for nonsense, or nearly: a clear message, or a sound result."""

import json

import pytest

from evomerge import evolve
from evomerge.errors import RecipeError, UserError
from evomerge.recipe import parse_recipe
from evomerge.report.verdict_json import verdict_to_json
from evomerge.run.preparation.preflight import prepare
from evomerge.run.scoring import score_model
from evomerge.score.judges.sandbox import programs
from tests.run.small import TEXT

SUMS, LARGEST = "{task: zoo_arithmetic, metric: exact_match", "{task: zoo_largest, metric: acc"


def changed(**keys):
    """The small search with keys of `evolve:` put in the place of its own."""
    lines = TEXT.rstrip().splitlines()
    for key, value in keys.items():
        at = [n for n, line in enumerate(lines) if line.startswith(f"  {key}:")]
        if key == "fitness":
            at = [n for n in range(len(lines)) if n >= at[0] and n <= at[0] + 2]
        for n in reversed(at):
            del lines[n]
        lines.append(f"  {key}: {value}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "key, value, problem",
    [
        ("race", "{error: 2}", "evolve.race.error: input should be less than 0.5, not 2"),
        ("race", "true", "evolve.race: a race is {error: 0.05}, or false"),
        ("race", "fast", "evolve.race: a race is {error: 0.05}, or false"),
        ("aggregate", "harmonic", "evolve.aggregate: input should be 'raw', 'range' or"),
        ("guards", "zoo_largest", "evolve.guards: must be a list, not 'zoo_largest'"),
        ("fitness", "[]", "evolve.fitness: must have an entry or more"),
        ("fitness", f"[{SUMS}, weight: 0}}, {LARGEST}, weight: 0}}]", "no task with a weight has"),
        ("fitness", f"[{SUMS}, floor: -0.1}}]", "floor: input should be greater than or equal"),
        ("fitness", f"[{SUMS}, floor: .nan}}]", "floor: input should be a finite number"),
        ("fitness", f"[{SUMS}, floor: true}}]", "floor: a floor is a margin, or {margin: 0.05,"),
        ("fitness", f"[{SUMS}, floor: lots}}]", "floor: a floor is a margin, or {margin: 0.05,"),
        (
            "fitness",
            f"[{SUMS}}}, {LARGEST}, floor: 0.1, splits: {{search: 24, validation: 16, test: 0}}}}]",
            "floor: zoo_largest has no test items, so nothing would show that it is kept",
        ),
        ("fitness", "[{task: gone.yaml, metric: acc}]", "task gone.yaml: no such file"),
        ("fitness", "[{text: gone.txt}]", "text gone.txt: cannot be read"),
        ("fitness", "[{task: zoo_arithmetic, python: 'os:getcwd'}]", "allow it with --allow-py"),
    ],
)
def test_a_wrong_value_is_told_with_its_line(tmp_path, key, value, problem):
    text = changed(**{key: value})
    line = 1 + next(n for n, t in enumerate(text.splitlines()) if t.startswith(f"  {key}:"))
    with pytest.raises(UserError) as caught:
        evolve(parse_recipe(text, "r.yaml"), tmp_path / "run")
    (message,) = str(caught.value).splitlines()
    assert message.startswith(f"r.yaml:{line}: ")
    assert problem in message
    assert not (tmp_path / "run").exists()


ONE = "{search: 1, validation: 1, test: 1}"


@pytest.mark.parametrize(
    "keys",
    [
        {"splits": ONE, "aggregate": "raw"},
        {"splits": ONE, "aggregate": "geometric"},
        {"budget": "{evaluations: 1}", "search": "{population: 2}"},
        {"budget": "{tokens: 1}", "elites": "64"},
        {"budget": "{minutes: 0.00001}"},
        {"budget": "{evaluations: 3}", "cycles": "2", "random_search": "true"},
        {
            "fitness": f"[{SUMS}}}]",
            "guards": f"[{LARGEST}, floor: 0.1, splits: {{search: 0, validation: 0, test: 60}}}}]",
        },
        {"fitness": f"[{SUMS}}}, {LARGEST}, splits: {{search: 24, validation: 16, test: 0}}}}]"},
    ],
    ids=str,
)
def test_little_of_everything_is_enough_for_a_verdict(tmp_path, keys):
    small = {"splits": "{search: 24, validation: 16, test: 60}", "budget": "{evaluations: 3}"}
    run = evolve(parse_recipe(changed(**{**small, **keys})), tmp_path / "run")
    verdict = run.verdict
    assert verdict.outcome == ("refused" if verdict.reasons else "promoted")
    assert verdict.p_value < 0.05 or not run.promoted
    assert not (run.promoted and keys.get("splits") == ONE)
    json.dumps(verdict_to_json(verdict), allow_nan=False)


def test_one_model_has_no_share_of_the_parents_range():
    recipe = parse_recipe(changed(splits=ONE, aggregate="range"))
    result = score_model("zoo:largest", recipe, "validation", "cpu")
    assert result.fitness is None
    assert result.tasks["zoo_largest"].score in (0.0, 1.0)


def test_one_model_below_0_has_no_geometric_mean():
    term = "[{task: zoo_largest, metric: gold_logprob}]"
    recipe = parse_recipe(changed(fitness=term, splits=ONE, aggregate="geometric"), "r.yaml")
    with pytest.raises(RecipeError, match=r"r.yaml:\d+: zoo_largest scores -.*aggregate by range"):
        score_model("zoo:largest", recipe, "validation", "cpu")


PROBLEM = """\
task: programs
dataset_path: json
dataset_kwargs: {data_files: {test: rows.jsonl}}
test_split: test
output_type: generate_until
doc_to_text: "{{prompt}}"
doc_to_target: ""
generation_kwargs: {until: ["\\ndef"], max_gen_toks: 8}
metric_list: [{metric: exact_match, aggregation: mean, higher_is_better: true}]
"""


@pytest.fixture
def code_items(tmp_path):
    """HumanEval-style, of which every third is solved by saying nothing."""
    rows = [
        {
            "prompt": f"def plus_{n}(x):\n    return x + {n}\n" + "    #" * (n % 3),
            "test": f"def check(f):\n    assert f(1) == {n + 1 + n % 3 // 2}\n",
            "entry_point": f"plus_{n}",
        }
        for n in range(12)
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "programs.yaml").write_text(PROBLEM)
    program = '"{{prompt}}\\n{{answer}}\\n{{test}}\\ncheck({{entry_point}})"'
    term = f"[{{task: {tmp_path}/programs.yaml, program: {program}}}]"
    return parse_recipe(changed(fitness=term, splits="{search: 6, validation: 3, test: 3}"), "r")


def test_programs_are_scored_in_the_sandbox(code_items):
    assert prepare(code_items).benchmark.terms[0].metric == "program"
    result = score_model("zoo:base", code_items, "search", "cpu")
    scores = [item.score for item in result.tasks["programs"].items]
    assert len(scores) == 6
    assert set(scores) <= {0.0, 1.0}
    assert result.fitness == sum(scores) / 6


def test_programs_are_refused_where_there_is_no_sandbox(code_items, monkeypatch):
    def cannot(*_):
        raise OSError("no seccomp here")

    monkeypatch.setattr(programs, "contain", cannot)
    programs.require_sandbox.cache_clear()
    with pytest.raises(UserError, match=r"r:\d+: task .*programs.yaml: the sandbox for code items"):
        prepare(code_items)
    programs.require_sandbox.cache_clear()
