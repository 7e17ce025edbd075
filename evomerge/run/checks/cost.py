"""What a run would take, by its budget and beyond it."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch

from evomerge.cores import available_cores
from evomerge.ledger import Split
from evomerge.run.checks.checked import ExpectedCost
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.watching.watched_items import watched_items
from evomerge.score.items.item import Item
from evomerge.weights import Parent

FLOP_OF_A_PARAMETER = 2
"""Operations of a forward pass for each parameter and token: a product and a sum."""

WORKERS_START_S = 10
"""Seconds until workers on Ray are at work where nothing else is (docs/benchmarks.md); a worker in
this process takes none of them."""


def workers_note() -> str:
    """From when on several workers pay."""
    cores, gpus = available_cores(), torch.cuda.device_count()
    if gpus > 1:
        return (
            f"workers: one uses one of {gpus} GPUs; several pay where a search takes longer than "
            f"the {WORKERS_START_S} s in which they start (--workers {gpus})"
        )
    return (
        f"workers: one in this process uses all {cores} cores; several pay on other machines "
        f"(--ray), where a search takes longer than the {WORKERS_START_S} s in which they start"
    )


def expected_cost(prepared: Prepared) -> ExpectedCost:
    """What a candidate costs, what ends the search, and what comes after it."""
    tokens = {
        split: _tokens(item for term in prepared.benchmark.terms for item in term.items[split])
        for split in Split
    }
    evolve = prepared.evolve
    each = tokens[Split.SEARCH]
    largest = max(parameters_of(parent) for parent in prepared.parents.values())
    if paths := prepared.recipe.path_space():
        largest *= math.ceil(paths.longest / len(paths.own))
    models = len(prepared.parents) + 1
    finalists = evolve.elites * evolve.cycles + 1
    within, caution = models * each, ""
    if evolve.budget.tokens is not None and within > evolve.budget.tokens:
        caution = (
            f"{prepared.recipe.at('evolve', 'budget')}parents and their average may take up to "
            f"{within:,} tokens, of a budget of {evolve.budget.tokens:,}: no candidate may be "
            "evaluated"
        )
    return ExpectedCost(
        budget=evolve.budget,
        candidate_tokens=each,
        candidate_flop=FLOP_OF_A_PARAMETER * largest * each,
        raced=bool(evolve.race),
        parents_tokens=within,
        last_race_tokens=(evolve.elites + 2) * each,
        proof_tokens=(models + finalists) * tokens[Split.VALIDATION]
        + (models + 1) * tokens[Split.TEST],
        random_search=bool(evolve.random_search),
        judged=any(term.judge is not None for _, term in evolve.terms),
        rails=len(evolve.held_to),
        watched_tokens=_watched_tokens(prepared) if evolve.held_to else 0,
        caution=caution,
    )


def _watched_tokens(prepared: Prepared) -> int:
    """Most that is asked of a leader for the rails: some of it was asked by its race."""
    benchmark = prepared.benchmark
    watched = {k for keys in watched_items(benchmark, prepared.evolve.seed).values() for k in keys}
    items = [item for item in benchmark.items(Split.SEARCH) if item.key in watched]
    return _tokens([*items, *benchmark.items(Split.VALIDATION)])


def parameters_of(parent: Parent) -> int:
    """How many numbers a parent's tensors hold."""
    return sum(spec.numel for spec in parent.tensors.specs.values())


def _tokens(items: Iterable[Item]) -> int:
    """Most tokens that a model reads and writes for them."""
    return sum(request.most_tokens for item in items for request in item.requests)
