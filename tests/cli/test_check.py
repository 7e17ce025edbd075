"""What `check` prints."""

from tests.cli.calling import call, write
from tests.run.small import TEXT


def test_check_does_nothing_and_tells_all(work):
    done = call("check", write(work))
    assert done.exit_code == 0
    for part in ("zoo:arithmetic", "models.0.parameters.weight", "24", "60", "memory:", "disk:"):
        assert part in done.stdout
    (gene,) = [x.split() for x in done.stdout.splitlines() if x.startswith("models.0.param")]
    assert gene[-2:] == ["1", "0.75"], "its points, and where the search begins"
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
