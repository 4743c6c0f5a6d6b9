"""Which notice has which consent: reserved in every transaction that relies on it."""

from collections.abc import Collection
from typing import Final

import orjson
from sqlalchemy import Connection, bindparam, null, select, update

from consumers.sharing.consents import Offer
from consumers.sqlite import Query, each_of
from consumers.store.redecisions import ask_for_records
from consumers.store.vault import CONSENT
from schemas.record import from_microseconds

_OFFERS: Final = Query(select(CONSENT).where(CONSENT.c.record.in_(each_of("records"))))
_RESERVE: Final = Query(
    update(CONSENT)
    .where(CONSENT.c.id.in_(each_of("consents")))
    .values(notice_id=bindparam("notice"))
)
_RESERVED: Final = Query(select(CONSENT.c.record).where(CONSENT.c.notice_id == bindparam("notice")))
_GIVE_BACK: Final = Query(
    update(CONSENT).where(CONSENT.c.notice_id == bindparam("notice")).values(notice_id=null())
)


def offers(connection: Connection, records: Collection[str]) -> list[Offer]:
    """Return every consent to something of these records, whoever it is for."""
    return [
        Offer(
            row.id,
            row.party,
            row.record,
            row.field,
            row.office,
            row.purpose,
            from_microseconds(row.expires_us),
            row.notice_id,
        )
        for row in _OFFERS(connection, records=orjson.dumps(sorted(records)))
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
