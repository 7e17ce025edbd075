import pytest
from pydantic import TypeAdapter, ValidationError

from evomerge.recipe.writers import ChainWriter, ModelWriter, ProgramWriter, Writer

WRITER = TypeAdapter(Writer)
CHAIN = {
    "name": "c",
    "count": 1,
    "questions": {"task": "t"},
    "chain": [{"ask": "a", "prompt": "p"}],
    "document": {"q": "x"},
}


@pytest.mark.parametrize(
    "value, kind",
    [
        ({"name": "p", "count": 1, "program": "p.py"}, ProgramWriter),
        (CHAIN, ChainWriter),
        ({"name": "m", "count": 1, "model": "leader", "prompt": "p"}, ModelWriter),
    ],
)
def test_a_writers_key_tells_its_kind(value, kind):
    writer = WRITER.validate_python(value)
    assert type(writer) is kind
    assert WRITER.validate_python(writer) == writer


@pytest.mark.parametrize(
    "value, problem",
    [
        ("sums.py", "a writer is {name"),
        (None, "a writer is {name"),
        ({"name": "p", "count": 1}, "one of the keys"),
        ({"name": "p", "count": 1, "program": "p.py", "model": "m"}, "one of the keys"),
        ({**CHAIN, "chain": []}, "at least 1 item"),
        ({**CHAIN, "document": {}}, "at least 1 item"),
        ({**CHAIN, "questions": {"task": "t", "program": "p"}}, "either a program or a task"),
        ({"name": "m", "count": 1, "model": "m", "prompt": "p", "key_env": "K"}, "goes with a url"),
        ({"name": "p", "count": True, "program": "p.py"}, "valid integer"),
    ],
)
def test_what_is_no_writer_is_refused(value, problem):
    with pytest.raises(ValidationError, match=problem):
        WRITER.validate_python(value)
