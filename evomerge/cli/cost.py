"""What a run would take, by its budget and beyond it."""

from __future__ import annotations

from collections.abc import Iterable

from evomerge.engine.request import Likelihood
from evomerge.run.extension import describe
from evomerge.run.preflight import Prepared
from evomerge.score.item import Item
from evomerge.score.splits import Split
from evomerge.weights import Parent


def describe_cost(prepared: Prepared) -> list[str]:
    """What a candidate costs, what ends the search, and what comes after it."""
    tokens = {
        split: _tokens(item for term in prepared.benchmark.terms for item in term.items[split])
        for split in Split
    }
    largest = max(parameters_of(parent) for parent in prepared.parents.values())
    evolve = prepared.evolve
    raced = ", less where a race is soon decided" if evolve.race else ""
    each = tokens[Split.SEARCH]
    lines = [
        f"cost of a candidate: at most {each:,} tokens, {2 * largest * each / 1e12:.3g} TFLOP"
        f"{raced}"
    ]
    if evolve.budget.evaluations:
        total = 2 * largest * each * evolve.budget.evaluations / 1e12
        lines.append(f"cost of {evolve.budget.evaluations} candidates: at most {total:.3g} TFLOP")
    models = len(prepared.parents) + 1
    within, beyond = models * each, _after(prepared, models, tokens)
    lines.append(
        f"budget: {describe(evolve.budget.model_dump())}; the search ends with whichever comes "
        f"first. Parents and their average on the search items (at most {within:,} tokens) are "
        "within its minutes and tokens"
    )
    lines.append(f"beyond the budget: {', '.join(beyond)}")
    if evolve.budget.tokens is not None and within > evolve.budget.tokens:
        lines.append(
            f"caution: {prepared.recipe.at('evolve', 'budget')}parents and their average may take "
            f"up to {within:,} tokens, of a budget of {evolve.budget.tokens:,}: no candidate may "
            "be evaluated"
        )
    return lines


def _after(prepared: Prepared, models: int, tokens: dict[Split, int]) -> list[str]:
    """What a run does when its search has ended."""
    evolve = prepared.evolve
    finalists = evolve.elites * evolve.cycles + 1
    proof = (models + finalists) * tokens[Split.VALIDATION] + (models + 1) * tokens[Split.TEST]
    beyond = [
        f"the last race among the best (at most {(evolve.elites + 2) * tokens[Split.SEARCH]:,} "
        "tokens)",
        f"validation and test (at most {proof:,}, and those of parents as they were shipped)",
    ]
    if evolve.random_search:
        beyond.append("the random search (as many candidates again)")
    if any(term.judge is not None for _, term in evolve.terms):
        beyond.append("what judges read and write")
    return beyond


def parameters_of(parent: Parent) -> int:
    """How many numbers a parent's tensors hold."""
    return sum(spec.numel for spec in parent.tensors.specs.values())


def _tokens(items: Iterable[Item]) -> int:
    """Most tokens that a model reads and writes for them."""
    return sum(
        len(request.tokens) - 1
        if isinstance(request, Likelihood)
        else len(request.prompt) + request.max_tokens
        for item in items
        for request in item.requests
    )
