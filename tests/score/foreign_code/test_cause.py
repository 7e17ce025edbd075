"""What an exception says, with the innermost behind it."""

import pytest

from evomerge.score.foreign_code.cause import LONGEST, cause


def raised(*errors):
    """The last of them, each raised from the one before."""
    before = None
    for error in errors:
        try:
            raise error from before
        except Exception as caught:
            before = caught
    return before


@pytest.mark.parametrize(
    "errors, told",
    [
        ([ValueError("no  such\n thing")], "ValueError: no such thing"),
        ([RuntimeError()], "RuntimeError"),
        ([KeyError("k")], "KeyError: 'k'"),
        ([KeyError("two words")], "KeyError: two words"),
        (
            [OSError("disk is full"), TypeError("between"), ValueError("while generating")],
            "ValueError: while generating (because OSError: disk is full)",
        ),
        (
            [OSError("disk is full"), ValueError("failed: OSError: disk is full")],
            "ValueError: failed: OSError: disk is full",
        ),
    ],
)
def test_the_reason_is_told_in_one_line(errors, told):
    assert cause(raised(*errors)) == told


def test_a_document_in_a_message_is_cut():
    told = cause(ValueError("x" * 10_000))
    assert told == f"ValueError: {'x' * LONGEST} …"


def test_what_was_hidden_on_purpose_stays_hidden():
    error = raised(OSError("inner"), ValueError("outer"))
    error.__cause__, error.__suppress_context__ = None, True
    assert cause(error) == "ValueError: outer"


def test_a_circle_of_causes_ends():
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert cause(one) == "ValueError: one (because ValueError: other)"
