"""The portal as an ASGI app: routes, and nothing that a handler should know."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute, Mount, Route

from consumers.inbox.store import Inbox
from consumers.portal.entrance import SIGN_IN, Entrance
from consumers.portal.handlers import Portal
from consumers.portal.session import Seals, Sessions
from consumers.portal.settings import PortalOffice, PortalSettings
from consumers.web.assets import Assets
from consumers.web.guard import LOOPBACK_HOSTS, Guard, require_loopback
from consumers.web.pages import Pages
from consumers.web.probes import probe_routes

__all__ = ["PortalOffice", "PortalSettings", "create_app", "require_loopback"]

_TEMPLATES: Final = Path(__file__).parent / "templates"


def create_app(settings: PortalSettings) -> Starlette:
    """Build the portal. It opens the inbox alone; serve it where `require_loopback` agrees."""
    inbox = Inbox.open(settings.inbox_path)
    sessions = Sessions(settings, Seals(settings.session_secret))
    pages = Pages(_TEMPLATES)
    portal = Portal(settings, inbox, sessions, pages)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        inbox.close()

    return Starlette(
        routes=_routes(portal, Entrance(settings, sessions, pages)),
        middleware=[
            Middleware(Guard),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK_HOSTS)),
        ],
        exception_handlers={
            HTTPException: portal.error_page,
            SQLAlchemyError: portal.error_page,
            Exception: portal.error_page,
        },
        lifespan=lifespan,
    )


def _routes(portal: Portal, entrance: Entrance) -> list[BaseRoute]:
    reading, writing = entrance.reading, entrance.writing
    return [
        Route("/", reading(portal.inbox_page)),
        Route("/stream", portal.inbox_stream),
        Route("/notices/{notice_id}", reading(portal.notice_page)),
        Route("/notices/{notice_id}/stream", portal.notice_stream),
        Route("/notices/{notice_id}/acknowledge", writing(portal.acknowledge), methods=["POST"]),
        Route("/refusals", reading(portal.refusals_page)),
        Route(SIGN_IN, entrance.sign_in_page),
        Route(SIGN_IN, entrance.sign_in, methods=["POST"]),
        Route("/sign-out", writing(entrance.sign_out), methods=["POST"]),
        *probe_routes(portal.unready_reasons),
        Mount("/static", Assets()),
    ]
