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

from evomerge.errors import RunFolderError
from evomerge.page.items import items_to_json
from evomerge.page.report import environment, figures_to_json, rendered, static
from evomerge.page.vega import vega_script
from evomerge.report.view import Revision
from evomerge.ui.access import Access
from evomerge.ui.runs import Runs

POLL_S = 0.5
"""Seconds between two looks at a ledger."""
QUIET = 30
"""Looks after which a line is sent though nothing is new: a closed connection is found so."""

T = TypeVar("T")


class App:
    """Answers requests; one thread reads ledgers.

    Args:
        folder: of runs.
    """

    def __init__(self, folder: Path) -> None:
        self._runs = Runs(folder)
        self._thread = ThreadPoolExecutor(1, "ledgers")
        self._templates = templates()

    async def _read(self, function: Callable[..., T], *given: Any) -> T:
        """Call what reads ledgers."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, function, *given)
        except RunFolderError as error:
            raise HTTPException(404, str(error)) from None

    def _page(self, name: str, **given: Any) -> Response:
        return HTMLResponse(self._templates.get_template(name).render(**given))

    async def index(self, request: Request) -> Response:
        """All runs."""
        return self._page("index.html", folder=self._runs.folder.name, runs=await self._listed())

    async def _listed(self) -> Any:
        return await self._read(self._runs.listed)

    async def run(self, request: Request) -> Response:
        """A run's page."""
        content = await self._read(self._runs.content, request.path_params["name"])
        return self._page("run.html", **rendered(content))

    async def data(self, request: Request) -> Response:
        """A run's page without its frame, its figures and its items."""
        content = await self._read(self._runs.content, request.path_params["name"])
        body = self._templates.get_template("body.html").render(**rendered(content))
        values = {
            "body": body,
            "figures": figures_to_json(content),
            "items": items_to_json(content.solved),
        }
        return Response(json.dumps(values, allow_nan=False), media_type="application/json")

    async def events(self, request: Request) -> Response:
        """What is new in a run, as it happens."""
        name = request.path_params["name"]
        await self._read(self._runs.view, name)
        stream = self._news(name, request)
        return StreamingResponse(stream, media_type="text/event-stream")

    async def _news(self, name: str, request: Request) -> AsyncIterator[str]:
        """Server-sent events: one for each new revision of a run."""
        revision: Revision | None = None
        quiet = 0
        while not await request.is_disconnected():
            view = await self._read(self._runs.since, name, revision)
            if view is not None:
                revision, quiet = view.revision, 0
                told = {"record": revision.record, "state": view.state.value}
                yield f"data: {json.dumps({**told, 'candidates': view.evaluations})}\n\n"
            elif (quiet := quiet + 1) >= QUIET:
                quiet = 0
                yield ": nothing new\n\n"
            await asyncio.sleep(POLL_S)

    async def script(self, request: Request) -> Response:
        """A script or style sheet of the page."""
        name = request.path_params["file"]
        if name == "vega.js":
            return Response(vega_script(), media_type="text/javascript")
        kinds = {"page.js": "text/javascript", "live.js": "text/javascript", "page.css": "text/css"}
        if name not in kinds:
            raise HTTPException(404)
        package = "evomerge.ui" if name == "live.js" else "evomerge.page"
        return Response(static(name, package), media_type=kinds[name])

    def routes(self) -> list[Route]:
        """All addresses."""
        return [
            Route("/", self.index),
            Route("/static/{file}", self.script),
            Route("/data/{name:path}", self.data),
            Route("/events/{name:path}", self.events),
            Route("/run/{name:path}", self.run),
        ]


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
