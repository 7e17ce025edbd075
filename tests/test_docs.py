"""The docs say what the registries say (`python -m scripts.docs` writes it), and lead somewhere."""

import re
from pathlib import Path

import pytest

from scripts.docs import tables, written
from scripts.site import LINK

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


@pytest.mark.parametrize(
    ("file", "made"), tables().items(), ids=lambda one: getattr(one, "name", "")
)
def test_the_docs_have_the_registrys_tables(file, made):
    text = file.read_text(encoding="utf-8")
    assert written(text, made) == text, "python -m scripts.docs writes them"


def anchors(page):
    """The places of a page that a link can name, as GitHub calls them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_what_is_there(page):
    for _, target, place in LINK.findall(page.read_text("utf-8")):
        path = page.parent / target
        assert path.exists(), target
        assert not place or place[1:] in anchors(path), f"{target}{place}"


def test_the_readme_is_short_and_has_the_two_commands():
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) < 150
    for command in (
        "pip install -c constraints.txt -e . && evomerge run recipes/quickstart.yaml",
        "pip install -c constraints.txt -e '.[test]' && pytest -n 2 --dist loadfile",
    ):
        assert f"```sh\n{command}\n```" in text


def test_the_guides_figures_are_the_benchmarks():
    guide, measured = (
        (ROOT / "docs" / name).read_text("utf-8") for name in ("guide.md", "benchmarks.md")
    )
    figures = re.findall(r"\d\.\d{3} ± \d\.\d{3}", guide)
    assert figures
    assert [one for one in figures if one not in measured] == []
