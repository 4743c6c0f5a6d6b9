"""Who may ask, and what a browser may do with the answer."""

import ipaddress
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.errors import ConfigError

LOOPBACK_HOSTS: Final = ("127.0.0.1", "localhost")
FORM_BYTES: Final = 16_384

_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def require_loopback(host: str) -> None:
    """Refuse to serve local sign-in where another machine could reach it; raises ConfigError."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ConfigError("BIND_ADDRESS", f"{host}: local sign-in is served on loopback only")


class Guard:
    """Sets the security headers of every answer; pages are stored nowhere unless they say so."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and dress the answer."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, dressed)


def is_own_post(headers: Headers) -> bool:
    """Return whether a browser says that a form was sent from a page of this very site.

    A client that says neither origin nor site is no browser, and carries no other's cookies.
    """
    site = headers.get("sec-fetch-site", "same-origin")
    origin = headers.get("origin")
    own = origin is None or origin.partition("://")[2] == headers.get("host")
    return own and site in {"same-origin", "none"}


async def read_form(request: Request) -> dict[str, str] | None:
    """Return the fields of a small url-encoded form; None where it is too long or not one."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            return None
    try:
        return dict(parse_qsl(body.decode("ascii"), max_num_fields=20))
    except ValueError:
        return None
