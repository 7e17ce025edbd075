from evomerge.ledger import Ledger
from evomerge.report.tables.items import items_table
from tests.report.tables.runs import part, written


def rows(folder):
    table = items_table(folder)
    return [dict(zip(table.names, row, strict=True)) for row in table.rows()]


def test_a_row_for_each_item_and_model(tmp_path):
    parent, search, validation = rows(written(tmp_path / "run"))

    assert (parent["model"], parent["item"], parent["score"]) == ("A", "s0", 0.25)
    assert (parent["question"], parent["answer"]) == (None, None)
    assert (search["model"], search["split"], search["score"]) == ("winner", "search", 0.1 + 0.2)
    assert (validation["doc_id"], validation["weight"]) == (1, 1.0)
    assert (validation["question"], validation["gold"]) == ("+1 is\n\ud800?", "@2")
    assert validation["answer"] == "=cmd|' /C calc'!A0"


def test_a_question_is_shown_to_every_model_and_the_later_score_counts(tmp_path):
    folder = written(tmp_path / "run")
    with Ledger(folder, create=True) as ledger:
        for score in (0.0, 0.5):
            ledger.record(part("a", "validation", "v0", score))
        ledger.record(part("x", "test", "x0", 1.0))
    found = {(row["model"], row["split"]): row for row in rows(folder)}

    other = found["A", "validation"]
    assert (other["score"], other["question"], other["answer"]) == (0.5, "+1 is\n\ud800?", None)
    assert found["winner", "test"]["question"] is None


def test_a_run_without_scores_has_columns_and_no_rows(tmp_path):
    table = items_table(written(tmp_path / "run", []))
    assert (table.names[0], [*table.rows()]) == ("task", [])
