"""The live page's addresses: a list of runs, a run, its figures and items, and what is new."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import ChoiceLoader, Environment, PackageLoader
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from evomerge.errors import RunFolderError, UserError
from evomerge.page.content import Content, facts, headline
from evomerge.page.items import items_to_json
from evomerge.page.report import environment, figures_to_json, packed, rendered, static
from evomerge.page.vega import vega_script
from evomerge.report.view import Revision
from evomerge.ui.access import Access
from evomerge.ui.runs import Runs

POLL_S = 0.5
"""Seconds between two looks at a ledger."""
QUIET = 30
"""Looks after which a line is sent though nothing is new: a closed connection is found so."""

STATIC = {
    "page.js": "evomerge.page",
    "page.css": "evomerge.page",
    "live.js": "evomerge.ui",
    "list.js": "evomerge.ui",
}
"""Scripts and style sheets, and whose they are."""

T = TypeVar("T")


class LedgerThread:
    """Runs that are read by a thread of their own.

    What is new is looked for by another one than pages are made by: it is not kept waiting.
    """

    def __init__(self, folder: Path) -> None:
        self.runs = Runs(folder)
        self._thread = ThreadPoolExecutor(1, "ledgers")

    async def of(self, function: Callable[..., T], *given: Any) -> T:
        """Call what reads ledgers.

        Raises:
            HTTPException: there is no such run, or it cannot be read.
        """
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, function, *given)
        except RunFolderError as error:
            raise HTTPException(404, str(error)) from None
        except UserError as error:
            raise HTTPException(400, str(error)) from None


class App:
    """Answers requests.

    Args:
        folder: of runs.
    """

    def __init__(self, folder: Path) -> None:
        self._pages, self._news = LedgerThread(folder), LedgerThread(folder)
        self._templates = templates()

    def _page(self, name: str, **given: Any) -> Response:
        return HTMLResponse(self._templates.get_template(name).render(**given))

    async def index(self, request: Request) -> Response:
        """All runs."""
        runs = self._pages.runs
        listed = await self._pages.of(runs.listed)
        return self._page("index.html", folder=runs.folder.name, runs=listed)

    async def run(self, request: Request) -> Response:
        """A run's page."""
        return self._page("run.html", **rendered(await self._content(request)))

    async def data(self, request: Request) -> Response:
        """A run's page without its frame, its figures, and a name of its items as they are."""
        content = await self._content(request)
        body = self._templates.get_template("body.html").render(**rendered(content))
        mark = str(hash(content.solved))
        return _json({"body": body, "figures": figures_to_json(content), "items_mark": mark})

    async def items(self, request: Request) -> Response:
        """A run's items."""
        return _json(items_to_json((await self._content(request)).solved))

    async def _content(self, request: Request) -> Content:
        return await self._pages.of(self._pages.runs.content, request.path_params["name"])

    async def events(self, request: Request) -> Response:
        """What is new in a run, as it happens."""
        name = request.path_params["name"]
        await self._news.of(self._news.runs.view, name)
        return StreamingResponse(self._new(name, request), media_type="text/event-stream")

    async def _new(self, name: str, request: Request) -> AsyncIterator[str]:
        """Server-sent events: one for each new revision of a run."""
        revision: Revision | None = None
        quiet = 0
        while not await request.is_disconnected():
            view = await self._news.of(self._news.runs.since, name, revision)
            if view is not None:
                revision, quiet = view.revision, 0
                told = {"state": view.state.value, "headline": headline(view), "facts": facts(view)}
                yield f"data: {json.dumps(told)}\n\n"
            elif (quiet := quiet + 1) >= QUIET:
                quiet = 0
                yield ": nothing new\n\n"
            await asyncio.sleep(POLL_S)

    async def compare(self, request: Request) -> Response:
        """Several runs beside each other."""
        names = request.query_params.getlist("run")
        content = await self._pages.of(self._pages.runs.compared, names)
        specs = {one.name: one.spec() for one in content.figures}
        data = packed({"figures": specs, "items": {"items": []}})
        return self._page("compare.html", content=content, data=data)

    async def script(self, request: Request) -> Response:
        """A script or style sheet of the page."""
        name = request.path_params["file"]
        if name == "vega.js":
            return Response(vega_script(), media_type="text/javascript")
        if name not in STATIC:
            raise HTTPException(404)
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        return Response(static(name, STATIC[name]), media_type=kind)

    def routes(self) -> list[Route]:
        """All addresses."""
        return [
            Route("/", self.index),
            Route("/static/{file}", self.script),
            Route("/compare", self.compare),
            Route("/data/{name:path}", self.data),
            Route("/items/{name:path}", self.items),
            Route("/events/{name:path}", self.events),
            Route("/run/{name:path}", self.run),
        ]


def _json(values: Any) -> Response:
    return Response(json.dumps(values, allow_nan=False), media_type="application/json")


def templates() -> Environment:
    """Those of a page, and the live page's own."""
    page = environment()
    loader = ChoiceLoader([PackageLoader("evomerge.ui", "templates"), page.loader])  # type: ignore[list-item]
    return page.overlay(loader=loader)


def application(folder: Path, token: str | None = None) -> Access:
    """The live page of a folder of runs.

    Args:
        token: what a request must have; None where the page is for this machine alone.
    """
    return Access(Starlette(routes=App(folder).routes()), token)
