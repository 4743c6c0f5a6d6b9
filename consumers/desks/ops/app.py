"""The operators' desk as an ASGI app: the table as a page, as events and as JSON."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from consumers.desks.ops.status import Status
from consumers.desks.ops.watch import OpsSettings, Watch
from consumers.web.assets import Assets
from consumers.web.events import EventStream, event, stale_seconds
from consumers.web.guard import LOOPBACK_HOSTS, Guard, require_loopback
from consumers.web.pages import Pages
from consumers.web.probes import probe_routes

__all__ = ["OpsSettings", "create_app", "require_loopback"]

_TEMPLATES: Final = Path(__file__).parent / "templates"


def create_app(settings: OpsSettings) -> Starlette:
    """Build the desk; it reads only while it runs. Serve it where `require_loopback` agrees."""
    watch = Watch(settings)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        reading = asyncio.create_task(watch.run())
        yield
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading

    return Starlette(
        routes=_routes(Desk(settings, watch)),
        middleware=[
            Middleware(Guard),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK_HOSTS)),
        ],
        lifespan=lifespan,
    )


class Desk:
    """Handlers over what the watch has read."""

    def __init__(self, settings: OpsSettings, watch: Watch) -> None:
        self._settings = settings
        self._watch = watch
        self._pages = Pages(_TEMPLATES)

    async def page(self, _request: Request) -> Response:
        """The table."""
        return self._pages.page(
            "ops.html",
            at=self._settings.clock.now(),
            status=200,
            stale_seconds=stale_seconds(self._settings.refresh_seconds),
            read=self._watch.status,
        )

    async def json(self, _request: Request) -> Response:
        """The table for machines; 503 until the first reading is complete."""
        read = self._watch.status
        body: dict[str, Any] = {} if read is None else read.to_json()
        return JSONResponse(body, 503 if read is None else 200)

    async def stream(self, _request: Request) -> Response:
        """The table anew, whenever it was read anew."""
        shown: Status | None = None

        async def poll() -> list[str]:
            nonlocal shown
            if self._watch.status is shown:
                return []
            shown = self._watch.status
            html = self._pages.text("tables.html", read=shown)
            return [event("replace", {"id": "tables", "html": html})]

        return EventStream(poll, self._settings.clock.now, self._settings.refresh_seconds)

    def unready_reasons(self) -> list[str]:
        """Why the desk shows nothing yet."""
        return [] if self._watch.status else ["nothing read yet"]


def _routes(desk: Desk) -> list[BaseRoute]:
    return [
        Route("/", desk.page),
        Route("/status.json", desk.json),
        Route("/stream", desk.stream),
        *probe_routes(desk.unready_reasons),
        Mount("/static", Assets()),
    ]
