"""Hooks of mkdocs: pages from files outside docs/, and links that lead somewhere on the site too.

The pages are read on GitHub as well, where a link may lead to any file of the repository. On the
site, files that are no page are named without a link.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
OUTSIDE = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
"""Files of the repository's root that are pages, and what those are called."""

LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\(([^)\s#:]+)(#[^)\s]*)?\)")
"""A link of Markdown to a file; not a picture, not an address with a scheme."""

ROLE = re.compile(r":(?:class|func|mod|meth):(?=<code>)")
"""What docstrings have before a name in backticks for other tools than this one."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Make pages of the files in the repository's root."""
    from mkdocs.structure.files import File

    for name, page in OUTSIDE.items():
        files.append(File.generated(config, page, content=(ROOT / name).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Make the links of a page those of the site."""
    names = {page: name for name, page in OUTSIDE.items()}
    uri = page.file.src_uri
    return linked(markdown, names.get(uri, f"docs/{uri}"))


def on_page_content(html: str, **_: object) -> str:
    """Take the roles out of docstrings."""
    return ROLE.sub("", html)


def linked(markdown: str, source: str) -> str:
    """A page's text with its links as the site has them.

    Args:
        markdown: the text, whose links are relative to its file.
        source: that file, relative to the repository's root.
    """
    folder = posixpath.dirname(source)

    def replace(link: re.Match[str]) -> str:
        text, target, place = link[1], link[2], link[3] or ""
        path = posixpath.normpath(posixpath.join(folder, target))
        if path in OUTSIDE:
            return f"[{text}]({OUTSIDE[path]}{place})"
        if path.startswith("docs/"):
            return f"[{text}]({path.removeprefix('docs/')}{place})"
        return text if path in text or text.strip("`") == path else f"{text} (`{path}`)"

    # What stands in a fence is shown as it is.
    parts = re.split(r"(^```.*?^```$)", markdown, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if part.startswith("```") else LINK.sub(replace, part) for part in parts)
