"""A report: all that is known of a run in one HTML file, which opens offline."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import evomerge
from evomerge.charts.figures import SECTIONS
from evomerge.page.content import Content, now
from evomerge.page.items import items_to_json
from evomerge.page.vega import vega_script


def report_html(content: Content) -> str:
    """The file's text. Its data are packed, and unpacked by the browser.

    Nothing is loaded from anywhere, and no script runs but the two that are known by their hashes:
    what models and tasks wrote is data.
    """
    scripts = [Markup(text) for text in (vega_script(), static("page.js"))]  # noqa: S704
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_hashed, scripts))} 'unsafe-eval'",  # Vega compiles
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
        ]
    )
    return (
        environment()
        .get_template("report.html")
        .render(
            **rendered(content),
            policy=policy,
            style=Markup(static("page.css")),  # noqa: S704
            scripts=scripts,
            data=packed(
                {"figures": figures_to_json(content), "items": items_to_json(content.solved)}
            ),
        )
    )


def write_report(content: Content, path: Path) -> None:
    """Write a report beside its place, and rename it: who opens it finds all of it.

    Raises:
        OSError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(report_html(content), "utf-8")
    os.replace(beside, path)


def rendered(content: Content) -> dict[str, Any]:
    """What the template of a page's body is given."""
    sections = {
        name: title
        for name, title in SECTIONS.items()
        if content.figures.get(name) or content.tables.get(name) or name == "verdict"
    }
    return {
        "content": content,
        "sections": sections,
        "version": evomerge.__version__,
        "when": now(),
    }


def figures_to_json(content: Content) -> dict[str, Any]:
    """Vega-Lite by the figure's name."""
    return {one.name: one.spec() for each in content.figures.values() for one in each}


def packed(values: Any) -> str:
    """JSON values, compressed, as text that stands in HTML."""
    plain = json.dumps(values, separators=(",", ":"), allow_nan=False).encode()
    return base64.b64encode(zlib.compress(plain, 6)).decode()


@cache
def environment() -> Environment:
    """Templates of this folder, in which all values are escaped."""
    loader = PackageLoader("evomerge.page", "templates")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def static(name: str, package: str = "evomerge.page") -> str:
    """A script or a style sheet of a package."""
    return (files(package) / "static" / name).read_text("utf-8")


def _hashed(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def write_figures(content: Content, folder: Path) -> list[Path]:
    """Each figure as a PNG, for a paper.

    Args:
        folder: made if it is not there.

    Raises:
        OSError: it cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for figure in (one for each in content.figures.values() for one in each):
        written.append(folder / f"{figure.name}.png")
        written[-1].write_bytes(figure.drawn("png"))
    return written
