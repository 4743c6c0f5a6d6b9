"""The pages: every one of them is right as a plain reload, and sees the session's office alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from consumers.inbox.rows import InboxNotice
from consumers.inbox.store import Inbox
from consumers.portal import views, wording
from consumers.portal.choice import CLASSES, STATES, Choice
from consumers.portal.entrance import to
from consumers.portal.session import Session, Sessions
from consumers.portal.settings import PortalSettings
from consumers.portal.stream import Follower
from consumers.web.events import EventStream, stale_seconds
from consumers.web.pages import Pages

_RETRY_AFTER_SECONDS: Final = 5


class Portal:
    """Handlers over one inbox. Those without `async` run in a thread."""

    def __init__(
        self, settings: PortalSettings, inbox: Inbox, sessions: Sessions, pages: Pages
    ) -> None:
        self._settings = settings
        self._inbox = inbox
        self._sessions = sessions
        self._pages = pages

    def inbox_page(self, request: Request, session: Session) -> Response:
        """The office's notices, newest first."""
        choice, seals, at = Choice.of(request.query_params), self._sessions.seals, self._now()
        # INVARIANT: the token is read before the rows, so that no change falls between them.
        token = self._inbox.latest_token(session.office)
        cursor = seals.open("cursor", request.query_params.get("from"), at)
        filters, limit = choice.filters, self._settings.page_size
        page = self._inbox.list_notices(session.office, filters, cursor, limit)
        first = page if cursor is None else self._inbox.list_notices(session.office, filters)
        newest = first.notices[0].sequence if first.notices else 0
        older = page.next_cursor and choice.address(
            **{"from": seals.seal("cursor", page.next_cursor, at)}
        )
        stream = {"newest": seals.seal("newest", newest, at), "since": self._since(token)}
        return self._page(
            "inbox.html",
            session,
            summaries=[views.summary(n, self._officers(session)) for n in page.notices],
            choice=choice,
            states={name: label for name, (label, _) in STATES.items()},
            classes={name: wording.words(wording.CLASSES, name).label for name in CLASSES},
            older=older,
            is_first=cursor is None,
            stream_address=choice.address(**stream).replace("/", "/stream", 1),
        )

    def notice_page(self, request: Request, session: Session) -> Response:
        """One notice of this office; what is another's is not there."""
        token = self._inbox.latest_token(session.office)
        notice = self._notice(request, session)
        query = urlencode({"since": self._since(token)})
        return self._page(
            "notice.html",
            session,
            view=views.view(notice, self._officers(session)),
            stream_address=f"/notices/{notice.notice_id}/stream?{query}",
        )

    async def acknowledge(self, request: Request, session: Session) -> Response:
        """Record that an officer has seen a notice, and show the notice again."""
        notice = await run_in_threadpool(self._notice, request, session)
        await run_in_threadpool(
            self._inbox.acknowledge,
            session.office,
            notice.notice_id,
            session.officer,
            self._now(),
        )
        return to(f"/notices/{notice.notice_id}")

    def refusals_page(self, _request: Request, session: Session) -> Response:
        """The office's own events that were refused: record, reason and origin."""
        refusals = self._inbox.list_refusals(session.office)
        return self._page("refusals.html", session, refusals=refusals, reasons=wording.REASONS)

    def inbox_stream(self, request: Request) -> Response:
        """Events of the inbox page."""
        return self._stream(request, None)

    def notice_stream(self, request: Request) -> Response:
        """Events of a notice's page."""
        return self._stream(request, request.path_params["notice_id"])

    def error_page(self, request: Request, error: Exception) -> Response:
        """One answer a status: nothing tells an absent notice from another office's."""
        status = 500
        if isinstance(error, SQLAlchemyError):
            status = 503
        elif isinstance(error, HTTPException):
            status = error.status_code
        response = self._page("error.html", self._sessions.of(request), status)
        if status == 503:
            response.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
        return response

    def unready_reasons(self) -> list[str]:
        """Why the pages can't be served now."""
        try:
            self._inbox.latest_token("")
        except SQLAlchemyError as error:
            return [f"inbox: {type(error).__name__}"]
        return []

    def _stream(self, request: Request, notice_id: str | None) -> Response:
        session = self._sessions.of(request)
        if session is None:
            raise HTTPException(401)
        query, seals, at = request.query_params, self._sessions.seals, self._now()
        since = request.headers.get("last-event-id") or query.get("since")
        follower = Follower(
            inbox=self._inbox,
            pages=self._pages,
            session=session,
            officers=self._officers(session),
            seal=self._since,
            token=seals.open("since", since, at) or 0,
        )
        newest = seals.open("newest", query.get("newest"), at) or 0
        choice = Choice.of(query)

        async def poll() -> list[str] | None:
            if self._sessions.of(request) is None:
                return None
            try:
                if notice_id is None:
                    return await run_in_threadpool(follower.of_inbox, choice, newest)
                return await run_in_threadpool(follower.of_notice, notice_id)
            except SQLAlchemyError:
                return None

        return EventStream(poll, self._now, self._settings.poll_seconds)

    def _notice(self, request: Request, session: Session) -> InboxNotice:
        notice = self._inbox.get_notice(session.office, request.path_params["notice_id"])
        if notice is None:
            raise HTTPException(404)
        return notice

    def _page(
        self, template: str, session: Session | None, status: int = 200, **values: Any
    ) -> Response:
        stale = stale_seconds(self._settings.poll_seconds)
        return self._pages.page(
            template,
            at=self._now(),
            status=status,
            session=session,
            stale_seconds=stale,
            **({"error": status} if status >= 400 else values),
        )

    def _officers(self, session: Session) -> Mapping[str, str]:
        return self._settings.offices[session.office].officers

    def _since(self, token: int) -> str:
        return self._sessions.seals.seal("since", token, self._now())

    def _now(self) -> datetime:
        return self._settings.clock.now()
