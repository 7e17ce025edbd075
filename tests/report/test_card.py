"""The card's sections, made of a view and a verdict."""

from dataclasses import replace

from evomerge.ledger import RailDecided
from evomerge.report.card import card_sections
from evomerge.report.reading import read
from tests.report.history import ENDED, FRONT, PROVED, SEARCHED, VERDICT, records
from tests.report.test_made import FIRST, viewed
from tests.report.test_trainings import FAILED, TRAINED

BEFORE = read(records([*SEARCHED, *PROVED]))


def test_a_card_says_how_well_it_does_and_where_it_comes_from():
    assert card_sections(BEFORE, VERDICT).split("\n") == [
        "## Scores: promoted",
        "",
        "On 12 sealed items in 10 groups, which nothing in the search saw (opening 2): 0.750, "
        "against 0.500 of the best parent (A); difference +0.250, 94 % interval +0.125 to +0.375, "
        "p = 0.001 at level 0.03, one-sided.",
        "",
        "| model | fitness | t |",
        "| --- | --- | --- |",
        "| winner | 0.750 | 0.750 |",
        "| A | 0.500 | 0.500 |",
        "| B | 0.250 | 0.250 |",
        "| uniform | 0.375 | 0.375 |",
        "",
        "### What looks like an artefact",
        "",
        "- t: half of the answers are cut",
        "",
        "### Openings",
        "",
        "- 4 of the sealed items had been looked at before, some of them once (runs/before, zoo:a)",
        "- opening 2 of these sealed items: the level of its tests is 0.03",
        "- no registry is kept: openings by other runs are not counted",
        "",
        "## What was not shown",
        "",
        "- nothing but the tasks above was measured: no other task, language or length of text, "
        "and nothing of how safe or how fair its answers are",
        "",
        "## Lineage",
        "",
        "- found by cma-es (seed 3) as candidate 0 of generation 0",
        "- the search ended after 3 of 3 evaluations",
        "- score on the search items 0.750, which made it a finalist",
        "- score on the validation items 0.625, which made it the winner (winner's curse of the "
        "finalists: +0.125)",
        "- recipe digest `x`",
    ]


def test_a_refused_one_says_why_and_one_without_rivals_compares_with_none():
    reasons = ("A could not be scored",)
    refused = replace(VERDICT, best=None, comparisons={}, reasons=reasons)
    card = card_sections(BEFORE, refused)
    assert "## Scores: refused" in card
    assert "0.750; not all of its rivals could be scored." in card
    assert "### Why it is refused\n\n- A could not be scored" in card


def test_the_distributions_mean_and_a_winner_that_is_a_parent_are_told():
    first = replace(BEFORE.finalists[0], place=None)
    first = replace(first, ranked=replace(first.ranked, digest="a"))
    card = card_sections(replace(BEFORE, finalists=(first,)), VERDICT)
    assert "as the mean of the search distribution" in card
    assert "- its weights are those of A" in card


def test_the_knee_of_a_front_is_told_as_such_with_the_front():
    card = card_sections(replace(BEFORE, choice=FRONT), VERDICT)
    assert "items 0.625, and the winner as the knee of the front (winner's curse" in card
    assert "- on the front of the validation items are 2 of 2 finalists" in card


def test_a_finalist_that_is_tested_afterwards_is_told_as_such():
    finished = read(records([*SEARCHED, *PROVED, *ENDED[:1]]))
    card = card_sections(finished, replace(VERDICT, finalist=1))
    assert card.endswith(
        "## Lineage\n\n- finalist 1 of a run, tested after it had ended\n- recipe digest `z`"
    )
    assert "- the winner of a run, tested after" in card_sections(finished, VERDICT)


def test_without_a_recipe_on_record_its_algorithm_is_not_told():
    card = card_sections(replace(BEFORE, recipe=None), VERDICT)
    assert "found by" not in card
    assert "- the search ended after 3 of 3 evaluations" in card


def test_what_the_population_wrote_is_told_and_that_it_was_never_sealed():
    card = card_sections(replace(BEFORE, made=viewed(FIRST)), VERDICT)
    section = card.split("## Items that the population wrote")[1].split("##")[0]
    assert "- 6 items of t were written in one cycle, with 500 tokens" in section
    assert "- vote: of 4 answers that it passed 3 are right by check.py" in section
    assert "- none of them is among the validation items or the sealed ones" in section
    assert "population wrote" not in card_sections(BEFORE, VERDICT)


def test_what_was_trained_stands_in_the_lineage():
    hostile = replace(TRAINED, base="<script>[x](y)")
    card = card_sections(replace(BEFORE, trainings=(hostile, FAILED)), VERDICT)
    lineage = card.partition("## Lineage")[2]
    assert "- after cycle 0 an adapter of " in lineage
    assert "- after cycle 1 no adapter was trained: the loss is nan" in lineage
    assert "<script>" not in card


def test_a_rail_that_was_overridden_is_told_with_the_reason():
    halted = RailDecided("length", "pause", 0, 1, 3.0, 2.0, "t: answers are long")
    accepted = halted.overridden("as <b>wanted</b>")
    card = card_sections(read(records([*SEARCHED, halted, accepted, *PROVED])), VERDICT)
    assert (
        "## Rails\n\n- the rail length paused the run after generation 1 of cycle 0: t: answers "
        "are long. It was overridden: as &lt;b&gt;wanted"
    ) in card
