from evomerge.report.tables.trials import table_of, trials_table
from evomerge.report.tables.tried import gathered
from tests.report.history import records
from tests.report.tables.runs import COST, DENSITY, WEIGHT, written


def rows(table):
    return [dict(zip(table.names, row, strict=True)) for row in table.rows()]


def test_a_row_for_each_candidate(tmp_path):
    first, failed, again, chance, under_way = rows(trials_table(written(tmp_path / "run")))

    assert (first["number"], first["digest"], first["state"]) == (0, "x", "scored")
    assert (first["fitness"], first["items"], first["error"]) == (0.5, 2, None)
    assert (first["validation"], first["test"]) == (0.625, None)
    assert (first[f"gene:{WEIGHT}"], first[f"gene:{DENSITY}"]) == (1.0, 1.0)
    assert (first["merge_s"], first["tokens"]) == (COST.merge_s, COST.tokens)
    assert (failed["state"], failed["reason"], failed["origins"]) == (
        "failed",
        "=HYPERLINK(1)",
        "0",
    )
    assert (again["state"], again["violation"], again["tokens"]) == ("pruned", 0.0, 0)
    assert (chance["cycle"], chance["operator"]) == (-1, "random")
    assert (under_way["state"], under_way["told_s"], under_way["generation"]) == (None, None, 2)


def test_a_run_that_has_not_begun_has_the_same_columns_and_no_rows():
    table = table_of(gathered(records([])))
    assert table.names[:3] == ["number", "cycle", "generation"]
    assert [*table.rows()] == []
