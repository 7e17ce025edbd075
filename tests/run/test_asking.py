"""How questions are put and answered, through whole runs; what is told with its line."""

import pytest

from evomerge import evolve
from evomerge.errors import RecipeError
from evomerge.ledger import BaselinesNamed, Cautioned, Ledger, Split
from evomerge.recipe import parse_recipe
from evomerge.run.preparation.preflight import prepare
from tests.run.small import TEXT

SMALL = TEXT.replace("search: 24, validation: 16, test: 60", "search: 12, validation: 8, test: 24")
SMALL = SMALL.replace("evaluations: 10", "evaluations: 6")
SUMS = "{task: zoo_arithmetic, metric: exact_match}"
THINKS = (
    'chat_template: "{% for m in messages %}{{ m.content }} {% endfor %}'
    '{% if add_generation_prompt and enable_thinking | default(true) %}five {% endif %}"\n'
)


def changed(term=SUMS, everyone="", text=SMALL, head=""):
    text = text.replace(SUMS, term).replace("  seed: 3\n", f"  seed: 3\n{everyone}")
    return parse_recipe(head + text, "r.yaml")


@pytest.mark.parametrize("reduce", ["mean", "pass@2", "maj@3"])
def test_a_run_on_drawn_answers_is_a_function_of_its_recipe(tmp_path, reduce):
    term = SUMS.replace("}", f", temperature: 1.0, repeats: 3, reduce: {reduce}}}")
    one, other = (evolve(changed(term), tmp_path / name) for name in ("one", "other"))
    assert one.verdict == other.verdict
    assert one.weights_sha256 == other.weights_sha256
    reseeded = evolve(changed(term), tmp_path / "reseeded", seed=4)
    assert scores(reseeded.folder) != scores(one.folder)


def scores(folder):
    """What the parents scored on search items."""
    with Ledger(folder) as ledger:
        digests = {named.digest for named in ledger.all_of(BaselinesNamed)[0].models}
        trials = [t for t in ledger.trials() if t.split == "search" and t.digest in digests]
        return sorted(t.task_means["zoo_arithmetic"] for t in trials)


def test_every_model_is_asked_as_the_recipe_says():
    everyone = "  apply_chat_template: true\n  chat_template_args: {enable_thinking: false}\n"
    own = SUMS.replace("}", ', chat_template_args: {}, think_end: six, system: "Sums."}')
    ready = prepare(changed(own, everyone, head=THINKS))
    thought, closed = (term.items[Split.TEST][0].requests[0] for term in ready.benchmark.terms)
    assert ready.tokenizer.decode(thought.prompt).startswith("Sums.")
    assert ready.tokenizer.decode(thought.prompt).endswith("= five ")
    assert thought.thought.end == "six"
    assert "five" not in ready.tokenizer.decode(closed.tokens).split("=")[1]
    assert not [told for term in ready.benchmark.terms for told in term.cautions]


def test_thoughts_that_do_not_end_are_told(tmp_path):
    evolve(changed(everyone="  think_end: six\n"), tmp_path / "run")
    with Ledger(tmp_path / "run") as ledger:
        told = [one for cautioned in ledger.all_of(Cautioned) for one in cautioned.cautions]
    (line,) = [sentence for sentence in told if "thoughts that do not end" in sentence]
    assert "see that models write think_end" in line


@pytest.mark.parametrize(
    "term, everyone, line, problem",
    [
        (SUMS, "  chat_template_args: {x: 1}\n", 8, "no chat template is applied"),
        (
            SUMS.replace("}", ", chat_template_args: {x: 1}}"),
            "",
            9,
            "no chat template is applied; say apply_chat_template: true",
        ),
        (
            "{task: zoo_reverse, metric: acc}",
            "  think_end: six\n",
            8,
            "think_end: no task generates answers",
        ),
        (SUMS.replace("}", ", repeats: 2}"), "", 9, "give it a temperature"),
    ],
)
def test_what_has_no_effect_is_told_with_its_line(term, everyone, line, problem):
    with pytest.raises(RecipeError) as caught:
        prepare(changed(term, everyone))
    assert str(caught.value).startswith(f"r.yaml:{line}: ")
    assert problem in str(caught.value)
