"""What an explanation looks like."""

import json
import math
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from evomerge.cli.explained import contributions_table, explanation_to_json, print_explanation
from evomerge.ledger import RankedFinalist
from evomerge.run.explaining.explanation import (
    Contribution,
    Effect,
    Explanation,
    FactorKind,
    Smaller,
)

SMALLER = Smaller(3, RankedFinalist("s", 0.5, 0.5), "without b", 1, 2, Effect(0.01, 0.02))
WHOLE = Explanation(
    fitness=0.51,
    parents=2,
    genes=3,
    evaluations=7,
    budget=9,
    contributions=[
        Contribution(FactorKind.PARENT, "/m/a", Effect(0.25, 0.03), Effect(0.2, 0.03, 0.04)),
        Contribution(FactorKind.PARENT, "/m/b", Effect(-0.01, 0.02), Effect(0.0, 0.02, math.nan)),
        Contribution(FactorKind.GENE, "models.0.parameters.weight", of="/m/a", note="not reached"),
        Contribution(FactorKind.GENE, "parameters.lambda", Effect(0.0, 0.0)),
    ],
    switched_off=["/m/c"],
    as_good=["base"],
    smaller=SMALLER,
)


def rows(explanation):
    console = Console(width=120, highlight=False)
    with console.capture() as printed:
        console.print(contributions_table(explanation))
    return [" ".join(line.split()) for line in printed.get().splitlines()]


def test_a_row_a_factor():
    assert rows(WHOLE)[1:] == [
        "parent a -0.250 ± 0.030 +0.200 ± 0.050",
        "parent b +0.010 ± 0.020 +0.000 ± 0.020 or more noise",
        "gene weight of a not reached",
        "gene parameters.lambda +0.000 ± 0.000 noise",
    ]


def test_genes_of_one_name_keep_their_places():
    twice = replace(WHOLE.contributions[2], name="slices.0.sources.0.parameters.weight")
    labels = rows(replace(WHOLE, contributions=[*WHOLE.contributions, twice]))
    assert labels[-1].startswith("gene slices.0.sources.0.parameters.weight")


def test_what_can_be_done_without_is_said_and_how_it_is_tested(capsys):
    print_explanation(WHOLE, Path("my runs/x"))
    told = capsys.readouterr().out
    assert "winner: 0.510 on validation items; 7 of 9 evaluations" in told
    for line in ("/m/c: the winner does without it", "b: nothing shows that it contributes"):
        assert line in told
    assert "base: alone as good" in told
    assert "has 1 parent and 2 genes instead of 2 parents and 3 genes: without b" in told
    assert "evomerge promote 'my runs/x' 3" in told
    print_explanation(replace(WHOLE, smaller=None), Path("x"))
    assert "nothing smaller is as good" in capsys.readouterr().out


def test_as_json_an_error_that_nobody_knows_is_null():
    plain = json.loads(json.dumps(explanation_to_json(WHOLE), allow_nan=False))
    assert plain["contributions"][1]["shapley"]["sampling_error"] is None
    assert plain["contributions"][0]["kind"] == "parent"
    assert plain["smaller"]["number"] == 3
    assert plain["dead"] == ["/m/b"]
