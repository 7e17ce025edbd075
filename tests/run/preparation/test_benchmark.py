"""The benchmark of a recipe: sifted, divided, and asked in tokens."""

import pytest

from evomerge.errors import ParentError, RecipeError, SplitError
from evomerge.ledger import Split
from evomerge.recipe import parse_recipe
from evomerge.run.preparation.benchmark import build_benchmark
from evomerge.run.preparation.tasks import open_tasks
from evomerge.score.proof.scale import BINARY, Scale
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from tests.run.small import TEXT


def built(text, tokenizer=None):
    recipe = parse_recipe(text, "r.yaml")
    parent = open_parent("zoo:base")
    tokenizer = tokenizer or load_tokenizer(parent.tokenizer_folder)
    return build_benchmark(recipe, open_tasks(recipe), parent, tokenizer)


def test_terms_stand_as_in_the_recipe_with_all_that_is_asked():
    benchmark = built(TEXT.replace("metric: acc}", "metric: acc, weight: 2}"))
    assert [(term.task, term.metric, term.weight) for term in benchmark.terms] == [
        ("zoo_arithmetic", "exact_match", 1.0),
        ("zoo_largest", "acc", 2.0),
    ]
    for term in benchmark.terms:
        assert {split: len(items) for split, items in term.items.items()} == {
            Split.SEARCH: 24, Split.VALIDATION: 16, Split.TEST: 60
        }  # fmt: skip
        assert all(item.requests for items in term.items.values() for item in items)
        assert (term.scale, term.leaks.suspect, term.companions) == (BINARY, False, [])


def test_what_is_declared_of_scores_holds():
    ranged = TEXT.replace("metric: exact_match}", "metric: exact_match, range: [0, 2]}")
    assert built(ranged).terms[0].scale == Scale(0.0, 2.0)


@pytest.mark.parametrize(
    "old, new, error, problem",
    [
        (
            "metric: acc}",
            "metric: acc, floor: {margin: 0.1, against: zoo:french}}",
            RecipeError,
            "r.yaml:10: floor: 'zoo:french' is none of the parents",
        ),
        (
            "exact_match}",
            "gold_logprob}\n  aggregate: geometric",
            RecipeError,
            "a geometric mean is",
        ),
        (
            "metric: acc}",
            "metric: acc, floor: {margin: 0.1}, splits: {search: 24, validation: 16, test: 0}}",
            SplitError,
            "r.yaml:10: floor: zoo_largest has no test items, so nothing would show",
        ),
        ("test: 60", "test: 0", SplitError, "no task with a weight has items for test"),
    ],
)
def test_what_cannot_be_scored_is_told(old, new, error, problem):
    text = TEXT.replace(old, new)
    if "aggregate" in new:
        text = TEXT.replace(old, "gold_logprob}") + "  aggregate: geometric\n"
    with pytest.raises(error, match=problem.replace(".", r"\.")):
        built(text)


def test_a_tokenizer_with_more_tokens_than_the_model_is_refused():
    tokenizer = load_tokenizer(open_parent("zoo:base").tokenizer_folder)
    tokenizer.add_tokens(["+"], special_tokens=True)
    assert tokenizer.convert_tokens_to_ids("+") is not None
    tokenizer.add_tokens([" in digits", "digits"])
    with pytest.raises(ParentError, match="its tokenizer has more tokens than the model"):
        built(TEXT, tokenizer)
