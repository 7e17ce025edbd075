"""The docs say what the registries say; `python -m scripts.docs` writes it."""

import pytest

from scripts.docs import tables, written


@pytest.mark.parametrize(
    ("file", "made"), tables().items(), ids=lambda one: getattr(one, "name", "")
)
def test_the_docs_have_the_registrys_tables(file, made):
    text = file.read_text(encoding="utf-8")
    assert written(text, made) == text, "python -m scripts.docs writes them"
