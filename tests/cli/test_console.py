"""Whatever stands in a table, the terminal is shown no text that it obeys."""

from rich.table import Table

from evomerge.cli.console import PrintableConsole, plain_table


def test_tables_and_lines_hold_nothing_that_a_terminal_obeys(capsys):
    table = Table("task")
    table.add_row("\x1b]0;owned\x07")
    console = PrintableConsole(width=80, markup=False)
    console.print(table, "a \x1b[2J line")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\\x1b]0;o" in out


def test_in_a_narrow_terminal_a_table_is_broken_and_not_cut(capsys):
    table = plain_table("a-task-with-a-long-name", "winner")
    table.add_row("x" * 30, "0.125")
    PrintableConsole(width=20).print(table)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 20
    assert out.count("x") == 30
    assert "…" not in out
