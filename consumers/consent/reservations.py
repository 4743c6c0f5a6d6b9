"""Which notice has which consent: reserved in every transaction that relies on it."""

from collections.abc import Collection, Iterable
from typing import Final

import orjson
from sqlalchemy import Connection, bindparam, or_, select, update

from consumers.sharing.consents import Offer
from consumers.sqlite import Query, each_of
from consumers.store.redecisions import ask_for_records
from consumers.store.vault import CONSENT
from schemas.party import Channel
from schemas.record import from_microseconds

_OFFERS: Final = Query(
    select(CONSENT).where(
        CONSENT.c.record.in_(each_of("records")),
        CONSENT.c.office == bindparam("office"),
        CONSENT.c.purpose == bindparam("purpose"),
        or_(CONSENT.c.notice_id.is_(None), CONSENT.c.notice_id.in_(each_of("notices"))),
    )
)
_RESERVE: Final = Query(
    update(CONSENT)
    .where(CONSENT.c.id.in_(each_of("consents")))
    .values(notice_id=bindparam("notice"))
)
_RESERVED: Final = Query(
    select(CONSENT.c.record).where(CONSENT.c.notice_id == bindparam("notice"))
)
_GIVE_BACK: Final = Query(
    update(CONSENT).where(CONSENT.c.notice_id == bindparam("notice")).values(notice_id=None)
)


def offers(
    connection: Connection, records: Collection[str], channel: Channel, notices: Iterable[str]
) -> list[Offer]:
    """Return consents to these records for this office and purpose that are free or its own.

    `notices` are ids of the thread that asks: those it holds and that of its open row.
    """
    rows = _OFFERS(
        connection,
        records=orjson.dumps(sorted(records)),
        office=channel.office,
        purpose=channel.purpose,
        notices=orjson.dumps(list(notices)),
    )
    return [
        Offer(
            row.id,
            row.party,
            row.record,
            row.field,
            from_microseconds(row.expires_us),
            row.notice_id,
        )
        for row in rows
    ]


def reserve(connection: Connection, consents: Collection[str], notice: str) -> None:
    """Let a notice rely on consents, and nothing else rely on them."""
    if consents:
        _RESERVE(connection, consents=orjson.dumps(list(consents)), notice=notice)


def give_back(connection: Connection, notice: str, now_us: int) -> None:
    """Free the consents of a notice that never began, and ask for whoever may want them."""
    records = set(_RESERVED(connection, notice=notice).scalars())
    if records:
        _GIVE_BACK(connection, notice=notice)
        ask_for_records(connection, records, now_us)
