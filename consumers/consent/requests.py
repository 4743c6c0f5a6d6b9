"""Requests for consent in the vault: asked by a held decision, answered by the party asked."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert

from consumers.sharing.consents import Wish
from consumers.sqlite import Query, compiled
from consumers.store.redecisions import ask_for_records
from consumers.store.vault import CONSENT, HOLD_REQUEST
from schemas.digest import keyed_id
from schemas.errors import ConfigError
from schemas.party import Channel
from schemas.record import microseconds

#: Request and consent ids mean nothing outside the vault; the key only separates the two kinds.
_KEY: Final = b"liaison consent"
_ASKED: Final = insert(HOLD_REQUEST)
_ASK: Final = compiled(
    _ASKED.on_conflict_do_update(
        index_elements=["id"],
        set_={name: _ASKED.excluded[name] for name in ("match", "asked_us", "answer")},
        # INVARIANT: a refusal stands; what was granted and is used up is asked for again.
        where=HOLD_REQUEST.c.answer == literal_column("'granted'"),
    ),
    HOLD_REQUEST.columns.keys(),
)
_OPEN: Final = Query(select(HOLD_REQUEST).where(HOLD_REQUEST.c.id == bindparam("id")))


def ask_for(
    connection: Connection, match: str, channel: Channel, wishes: Iterable[Wish], now_us: int
) -> None:
    """Ask the parties that hold something back, each once per record, field, office and purpose."""
    for wish in wishes:
        scope = (wish.party, wish.record, wish.field, channel.office, channel.purpose)
        row = dict(zip(("party", "record", "field", "office", "purpose"), scope, strict=True))
        row |= {"id": keyed_id(_KEY, "request", *scope)[:12], "rule": wish.rule, "match": match}
        connection.exec_driver_sql(
            _ASK, {**row, "asked_us": now_us, "answer": None, "answered_us": None}
        )


def requests(connection: Connection, *, every: bool = False) -> list[dict[str, Any]]:
    """Return what waits for an answer, the longest waiting first; `every`: the answered too."""
    query = select(HOLD_REQUEST).order_by(HOLD_REQUEST.c.asked_us, HOLD_REQUEST.c.id)
    if not every:
        query = query.where(HOLD_REQUEST.c.answer.is_(None))
    return [dict(row) for row in connection.execute(query).mappings()]


def grant(
    connection: Connection, request: str, officer: str, lasts: timedelta, now: datetime
) -> str:
    """Grant what was asked, once and for so long; return the consent's id.

    Raises ConfigError where nothing of that id waits for an answer.
    """
    asked, now_us = _waiting(connection, request), microseconds(now)
    consent = keyed_id(_KEY, "consent", request, str(now_us))[:12]
    scope = {name: asked[name] for name in ("party", "record", "field", "office", "purpose")}
    connection.execute(
        insert(CONSENT).values(
            id=consent,
            **scope,
            granted_us=now_us,
            granted_by=officer,
            expires_us=microseconds(now + lasts),
            notice_id=None,
        )
    )
    _answer(connection, request, "granted", now_us)
    ask_for_records(connection, {asked["record"]}, now_us)
    return consent


def refuse(connection: Connection, request: str, now: datetime) -> None:
    """Refuse what was asked; it is not asked for again. Raises ConfigError as `grant` does."""
    _waiting(connection, request)
    _answer(connection, request, "refused", microseconds(now))


def revoke(connection: Connection, consent: str, now: datetime) -> None:
    """Take a consent back; what was sent under it is recalled by the decision that follows.

    Raises ConfigError where there is no such consent.
    """
    record = connection.execute(
        delete(CONSENT).where(CONSENT.c.id == consent).returning(CONSENT.c.record)
    ).scalar_one_or_none()
    if record is None:
        raise ConfigError("NO_SUCH_CONSENT", f"there is no consent {consent}")
    ask_for_records(connection, {record}, microseconds(now))


def _waiting(connection: Connection, request: str) -> dict[str, Any]:
    row = _OPEN(connection, id=request).mappings().one_or_none()
    if row is None or row["answer"] is not None:
        said = "there is no request" if row is None else f"already {row['answer']}: request"
        raise ConfigError("NO_SUCH_REQUEST", f"{said} {request}")
    return dict(row)


def _answer(connection: Connection, request: str, answer: str, now_us: int) -> None:
    connection.execute(
        update(HOLD_REQUEST)
        .where(HOLD_REQUEST.c.id == request)
        .values(answer=answer, answered_us=now_us)
    )
