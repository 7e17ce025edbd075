"""Pages of the site: links of the repository become the site's."""

import pytest

from scripts.site import OUTSIDE, ROOT, linked, on_page_content

LINKS = {
    "from the root to a page": ("CHANGELOG.md", "[a](docs/b.md#c)", "[a](b.md#c)"),
    "from a page to another": ("docs/a.md", "[a](b.md#c)", "[a](b.md#c)"),
    "to a page outside": ("docs/a.md", "[how](../CONTRIBUTING.md#d)", "[how](contributing.md#d)"),
    "to a file that is no page": ("docs/a.md", "[it](../recipes/x.yaml)", "it (`recipes/x.yaml`)"),
    "that says the file's name": (
        "docs/a.md",
        "[recipes/x.yaml](../recipes/x.yaml)",
        "recipes/x.yaml",
    ),
    "elsewhere": ("docs/a.md", "[a](https://b.org/c)", "[a](https://b.org/c)"),
    "within a page": ("docs/a.md", "[a](#b)", "[a](#b)"),
    "a picture": ("docs/a.md", "![a](images/b.png)", "![a](images/b.png)"),
    "in a fence": ("docs/a.md", "```\n[a](../b)\n```\n", "```\n[a](../b)\n```\n"),
}


@pytest.mark.parametrize(("source", "text", "expected"), LINKS.values(), ids=LINKS)
def test_a_link_is_the_sites(source, text, expected):
    assert linked(text, source) == expected


def test_roles_are_left_out_of_docstrings():
    assert on_page_content(":class:<code>Run</code>, of: <code>x</code>") == (
        "<code>Run</code>, of: <code>x</code>"
    )


def test_the_site_lists_every_page():
    """A strict build says so too, where mkdocs is installed; CI makes one."""
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    listed = {line.rpartition(": ")[2] for line in text.splitlines() if line.endswith(".md")}
    assert listed == {page.name for page in (ROOT / "docs").glob("*.md")} | {*OUTSIDE.values()}
