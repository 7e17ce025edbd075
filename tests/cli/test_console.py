"""Whatever stands in a table, the terminal is shown no text that it obeys."""

from rich.table import Table

from evomerge.cli.console import PrintableConsole


def test_tables_and_lines_hold_nothing_that_a_terminal_obeys(capsys):
    table = Table("task")
    table.add_row("\x1b]0;owned\x07")
    console = PrintableConsole(width=80, markup=False)
    console.print(table, "a \x1b[2J line")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\\x1b]0;o" in out
