import json

from evomerge.page.items import LONGEST, items_to_json
from evomerge.report.reader import RunReader
from evomerge.report.solved import Solved, SolvedItem, solved_in
from tests.page.folders import HOSTILE, write_run


def test_items_have_scores_answers_and_marks(tmp_path):
    with RunReader(write_run(tmp_path)) as reader:
        plain = items_to_json(solved_in(reader))

    assert json.loads(json.dumps(plain)) == plain
    assert plain["models"] == ["A", "B", "uniform", "winner", "finalist 1"]
    assert (plain["tasks"], plain["graded"]) == (["t"], [0])
    by_doc = {row[1]: dict(zip(plain["fields"], row, strict=True)) for row in plain["items"]}
    assert by_doc[0]["scores"] == [1, 0, 0, 1, 0]
    assert by_doc[0]["answers"] == ["4", HOSTILE, HOSTILE, "4", HOSTILE]
    assert by_doc[0]["question"] == f"{HOSTILE} 0"
    assert {doc: row["marks"] for doc, row in by_doc.items()} == {
        0: [],
        1: [],
        2: ["missed"],
        3: ["lost"],
        4: [],
    }


def test_what_is_very_long_is_cut_and_said_to_be():
    one = SolvedItem("t", "i", 0, "test", (1.0,), "q" * (LONGEST + 5), "g", ("a" * LONGEST,))
    (row,) = items_to_json(Solved(("A",), frozenset("A"), (one,)))["items"]

    assert row[4] == "q" * LONGEST + " … (5 characters more)"
    assert row[6] == ["a" * LONGEST]
