from dataclasses import replace

from evomerge.page.made_tables import LONGEST, made_tables
from tests.page.folders import HOSTILE
from tests.report.test_made import FIRST, viewed


def test_writers_verifiers_refusals_and_some_items_are_told():
    writers, precise, refused, items = made_tables(viewed(FIRST))
    assert writers.rows[1] == ("told", "a, then b", "9", "1", "0", "1", "1 voted")
    assert writers.rows[2] == ("idle", "–", "0", "0", "0", "0", "–")
    assert precise.rows == (("vote", "check.py", "4", "3", "0.75"),)
    assert ("told", "no answer", "3") in refused.rows
    assert items.rows[0] == ("sums", "2?", "2!", "the program that wrote it", "training")
    assert items.rows[-1] == ("told", "9?", "9!", "vote", "training")


def test_texts_are_cut_and_are_texts():
    first = replace(FIRST.items[0], question=HOSTILE + "x" * 999)
    items = [*made_tables(viewed(replace(FIRST, items=(first,))))][-1]
    assert items.rows[0][1] == (HOSTILE + "x" * 999)[:LONGEST]


def test_without_precisions_and_refusals_there_are_no_such_tables():
    bare = replace(FIRST, refusals=(), precisions=())
    assert len([*made_tables(viewed(bare))]) == 2
