"""One accounting entry: date, nature and purpose of a disclosure, name and address of who got it.

The fields are those of 5 USC 552a(c)(1). Which records were disclosed is kept by record key, so
that the accounting of a record can be given (552a(c)(3)) and a correction reaches everyone who
holds it (552a(c)(4)); no value of a record is.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import Connection, bindparam, delete, select

from consumers.sqlite import Query, Upsert
from consumers.store.vault import ENTRY
from schemas.digest import canonical_json

_ADD: Final = Upsert(ENTRY, ())
_STATEMENT: Final = Query(
    select(ENTRY.c.statement).where(ENTRY.c.notice_id == bindparam("notice_id"))
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What is accounted of one notice or recall; `date` is RFC 3339, UTC.

    `exempt`: the release stays inside the agency that maintains the records (552a(b)(1)).
    """

    notice_id: str
    date: str
    nature: str
    purpose: str
    recipient_name: str
    recipient_address: str
    disclosers: tuple[str, ...]
    records: tuple[str, ...]
    exempt: bool


def date_of(moment: datetime) -> str:
    """Return an aware UTC time as RFC 3339 with microseconds and `Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def statement_of(connection: Connection, notice_id: str) -> Statement | None:
    """Return the statement a notice was accounted by."""
    kept = _STATEMENT(connection, notice_id=notice_id).scalar()
    if kept is None:
        return None
    fields = orjson.loads(kept)
    lists = {name: tuple(fields[name]) for name in ("disclosers", "records")}
    return Statement(**fields | lists)


def account(connection: Connection, statement: Statement) -> None:
    """Write an unsequenced entry; a notice that already has one keeps it."""
    entry = {
        "notice_id": statement.notice_id,
        "exempt": statement.exempt,
        "statement": canonical_json(asdict(statement)),
    }
    _ADD(connection, entry)


def withdraw(connection: Connection, notice_id: str) -> None:
    """Forget an entry whose notice will not be sent, unless it has its number already.

    A sequenced entry stays for ever; without an attempt it reads as "not sent".
    """
    connection.execute(
        delete(ENTRY).where(ENTRY.c.notice_id == notice_id, ENTRY.c.number.is_(None))
    )
