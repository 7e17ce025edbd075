"""Genes and finalists, as a run leaves them."""

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from evomerge.cli.finalists import finalists_table, genes_table, how_to_test
from evomerge.ledger import Front
from evomerge.report.verdict import FinalistChoice
from tests.report.history import FINALISTS


def rows(table):
    console = Console(width=80, highlight=False)
    with console.capture() as printed:
        console.print(table)
    return [line.split() for line in printed.get().splitlines()]


def test_genes_have_four_figures_and_lists_all_of_theirs():
    genes = {"a.weight": 0.123456, "b": [0.5, 2], "c": "ties"}
    assert rows(genes_table(genes, "winner")) == [
        ["gene", "winner"],
        ["a.weight", "0.1235"],
        ["b", "0.5,", "2"],
        ["c", "ties"],
    ]


def test_the_finalist_that_was_tested_is_marked():
    assert rows(finalists_table(FinalistChoice(finalists=FINALISTS), 1)) == [
        ["finalist", "search", "validation"],
        ["0", "0.750", "0.625"],
        ["1", "0.625", "0.500", "tested"],
    ]


def test_of_several_goals_the_front_is_marked_and_its_knee():
    first, second = FINALISTS
    first, second = replace(first, goals=(0.5, 0.75)), replace(second, goals=(1.0, 0.0))
    front = Front(("sums", "words"), (second.digest,), second.digest, 0.5, (0.0, 0.0))
    shown = rows(finalists_table(FinalistChoice(finalists=(first, second), front=front), 0))
    assert shown == [
        ["finalist", "search", "validation", "sums", "words"],
        ["0", "0.750", "0.625", "0.500", "0.750", "tested"],
        ["1", "0.625", "0.500", "1.000", "0.000", "front,", "knee"],
    ]


@pytest.mark.parametrize("folder, named", [("runs/a", "runs/a"), ("my runs/a", "'my runs/a'")])
def test_how_another_is_tested(folder, named):
    told = how_to_test(FINALISTS, Path(folder))
    assert told.endswith(f"evomerge promote {named} 1")
    assert "(1 to 1)" in told
    assert how_to_test(FINALISTS[:1], Path(folder)) == ""
