from evomerge.page.shown_table import ShownTable


def test_equal_tables_are_equal():
    assert ShownTable("t", ("a",), (("1",),)) == ShownTable("t", ("a",), (("1",),))
