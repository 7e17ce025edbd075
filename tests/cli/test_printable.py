"""What others wrote is printed so that no terminal obeys it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.cli.printable import print_json, printable, say


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\rb", "a\\rb"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\ud800", "\\ud800"),
        ("línea", "línea"),
    ],
)
def test_what_a_terminal_may_obey_is_spelt_out(text, shown):
    assert printable(text) == shown


@given(st.text())
def test_nothing_that_it_obeys_is_left(text):
    shown = printable(text)
    assert all(letter.isprintable() or letter in "\t\n" or ord(letter) > 127 for letter in shown)
    shown.encode()
    assert printable(shown) == shown


def test_json_is_read_by_people_too(capsys):
    print_json({"é": [1, None]})
    out = capsys.readouterr().out
    assert '"é"' in out
    assert json.loads(out) == {"é": [1, None]}


def test_json_holds_nothing_that_a_terminal_obeys(capsys):
    print_json({"task": "\x9b31m\u202e\x1b", "more": "\ud800"})
    out = capsys.readouterr().out
    assert printable(out) == out
    assert json.loads(out) == {"task": "\x9b31m\u202e\x1b", "more": "\ud800"}


def test_a_line_holds_none_either(capsys):
    say("\x1b[2J")
    assert capsys.readouterr().err == "\\x1b[2J\n"
