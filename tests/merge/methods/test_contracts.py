"""What the methods declare of themselves, and what is written of it."""

from pathlib import Path

import pytest

from evomerge.merge.methods import METHODS

DOCS = (Path(__file__).parents[3] / "docs" / "methods.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", METHODS)
def test_the_docs_tell_each_method_with_its_parameters(name):
    (row,) = [line for line in DOCS.splitlines() if line.startswith(f"| `{name}` |")]
    method = METHODS[name]
    assert method.name == name
    assert method.paper in row
    for parameter in method.parameters:
        assert f"`{parameter}`" in row
    assert ("base" in row.split("|")[3]) == (method.base != "unused")
