"""Signing in and out: local use only, and plainly marked so on every page."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consumers.portal.session import Session, Sessions
from consumers.portal.settings import PortalSettings
from consumers.web.guard import is_own_post, read_form
from consumers.web.pages import Pages

SIGN_IN: Final = "/sign-in"


def to(address: str) -> RedirectResponse:
    """Send the browser on with a GET."""
    return RedirectResponse(address, 303)


class Entrance:
    """Gives handlers their session, or the browser the sign-in page."""

    def __init__(self, settings: PortalSettings, sessions: Sessions, pages: Pages) -> None:
        self._settings = settings
        self._sessions = sessions
        self._pages = pages

    def reading(
        self, handler: Callable[[Request, Session], Response]
    ) -> Callable[[Request], Response]:
        """Wrap a handler that reads."""

        def handle(request: Request) -> Response:
            session = self._sessions.of(request)
            return to(SIGN_IN) if session is None else handler(request, session)

        return handle

    def writing(
        self, handler: Callable[[Request, Session], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Wrap a handler that changes something: its form must come from a page of the session."""

        async def handle(request: Request) -> Response:
            session = self._sessions.of(request)
            if session is None:
                return to(SIGN_IN)
            form = await read_form(request) if is_own_post(request.headers) else None
            if form is None or not self._sessions.is_from(session, form.get("csrf", "")):
                raise HTTPException(403)
            return await handler(request, session)

        return handle

    def sign_in_page(self, _request: Request) -> Response:
        """Ask whom to be."""
        return self._page(failed=False)

    async def sign_in(self, request: Request) -> Response:
        """Begin a session."""
        form = await read_form(request) if is_own_post(request.headers) else None
        response = to("/")
        if form is None or not self._sessions.begin(form.get("officer", ""), response):
            return self._page(failed=True)
        return response

    async def sign_out(self, _request: Request, _session: Session) -> Response:
        """End the session."""
        response = to(SIGN_IN)
        self._sessions.end(response)
        return response

    def _page(self, *, failed: bool) -> Response:
        return self._pages.page(
            "sign_in.html",
            at=self._settings.clock.now(),
            status=422 if failed else 200,
            session=None,
            offices=self._settings.offices,
            failed=failed,
        )
