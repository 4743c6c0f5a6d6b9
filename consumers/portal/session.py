"""Who asks: a sealed cookie. Local sign-in, for development: no password, loopback only.

Whatever travels through a browser and is not the page itself is sealed (encrypted and
authenticated): row numbers would tell an office how much the others are sent.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from starlette.requests import Request
from starlette.responses import Response

from consumers.portal.settings import PortalSettings

COOKIE: Final = "liaison_session"
SESSION: Final = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in officer; `csrf` proves that a form came from a page of this session."""

    office: str
    office_name: str
    officer: str
    officer_name: str
    csrf: str


class Seals:
    """Seals small values under a key per purpose; what does not open reads as None."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def seal(self, purpose: str, value: Any, at: datetime) -> str:
        """Return `value` (JSON) as an opaque URL-safe token."""
        token = self._fernet(purpose).encrypt_at_time(
            json.dumps(value).encode(), int(at.timestamp())
        )
        return token.decode()

    def open(self, purpose: str, token: str | None, at: datetime) -> Any:
        """Return what was sealed for this purpose within the length of a session, else None."""
        try:
            text = self._fernet(purpose).decrypt_at_time(
                token or "", int(SESSION.total_seconds()), int(at.timestamp())
            )
        except InvalidToken:
            return None
        return json.loads(text)

    def mac(self, purpose: str, text: str) -> str:
        """Return a keyed digest of `text` (hex)."""
        return hmac.new(self._key(purpose), text.encode(), hashlib.sha256).hexdigest()

    def _fernet(self, purpose: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._key(purpose)))

    def _key(self, purpose: str) -> bytes:
        return hmac.new(self._secret, purpose.encode(), hashlib.sha256).digest()


class Sessions:
    """Opens and closes sessions; the party settings are asked again at every request."""

    def __init__(self, settings: PortalSettings, seals: Seals) -> None:
        self._settings = settings
        self.seals = seals

    def of(self, request: Request) -> Session | None:
        """Return the session of a request; None where there is none, or it has lapsed."""
        token = request.cookies.get(COOKIE)
        officer = self.seals.open("session", token, self._settings.clock.now())
        return None if officer is None or token is None else self._session(officer, token)

    def begin(self, officer: str, response: Response) -> bool:
        """Sign an officer in; False where no office has one by that id."""
        if self._session(officer, "") is None:
            return False
        token = self.seals.seal("session", officer, self._settings.clock.now())
        response.set_cookie(
            COOKIE, token, int(SESSION.total_seconds()), httponly=True, samesite="strict"
        )
        return True

    def end(self, response: Response) -> None:
        """Sign out."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")

    def is_from(self, session: Session, csrf: str) -> bool:
        """Return whether a form's token is this session's."""
        return hmac.compare_digest(session.csrf, csrf)

    def _session(self, officer: str, token: str) -> Session | None:
        for office, known in self._settings.offices.items():
            if officer in known.officers:
                csrf = self.seals.mac("csrf", token)
                return Session(office, known.name, officer, known.officers[officer], csrf)
        return None
