"""The script that draws figures in a browser: Vega, Vega-Lite and what embeds them, in one text."""

from __future__ import annotations

import contextlib
import os
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

import vl_convert
from platformdirs import user_cache_path

_SNIPPET = "window.vegaEmbed = vegaEmbed;"


@cache
def vega_script() -> str:
    """About 900,000 characters of JavaScript that load nothing.

    Bundling takes some seconds, so it is kept in the user's cache, by the bundler's version.
    """
    kept = user_cache_path("evomerge") / f"vega-{version('vl-convert-python')}.js"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if (text := kept.read_text("utf-8")).endswith(_SNIPPET):
            return text
    script = vl_convert.javascript_bundle(_SNIPPET)
    text = f"{script}\n//{_SNIPPET}".replace("</script", r"<\/script")  # it stands in HTML
    with contextlib.suppress(OSError):
        _keep(kept, text)
    return text


def _keep(path: Path, text: str) -> None:
    """Write beside and rename: another process finds all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, beside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(beside, path)
