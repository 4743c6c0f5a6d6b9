"""What arrives in the inbox: notices upserted by id, and what takes earlier ones back."""

from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import Connection, literal_column, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from consumers.inbox.rows import ClosedAs, Delivery
from consumers.inbox.tables import CHANGE, GONE, NOTICE
from consumers.sqlite import Upsert, compiled
from schemas.record import microseconds

_CLOSING: Final = ("closed_us", "closed_by", "closed_as")
_ADD_NOTICE: Final = Upsert(NOTICE, ())
_ADD_CHANGE: Final = Upsert(CHANGE, ())
_TOMBSTONE: Final = insert(GONE)
#: INVARIANT: "recalled" is final; a late update never reopens or renames it.
_BURY: Final = compiled(
    _TOMBSTONE.on_conflict_do_update(
        index_elements=["notice_id"],
        set_={name: _TOMBSTONE.excluded[name] for name in _CLOSING},
        where=GONE.c.closed_as == literal_column("'superseded'"),
    ),
    ("notice_id", *_CLOSING),
)


def upsert_notice(connection: Connection, delivery: Delivery, at: datetime) -> None:
    """Write a notice once, and close what it supersedes.

    INVARIANT: a repeat changes nothing, and an id already taken back arrives closed and empty.
    """
    envelope, data = delivery.envelope, delivery.envelope["data"]
    gone = (
        connection.execute(select(GONE).where(GONE.c.notice_id == envelope["id"]))
        .mappings()
        .one_or_none()
    )
    row = {
        "notice_id": envelope["id"],
        "office": delivery.office,
        "channel": delivery.channel,
        "subject": envelope["subject"],
        "action": envelope["liaisonaction"],
        "feed": envelope["liaisonfeed"],
        "received_us": microseconds(at),
    }
    if gone is None:
        row |= {
            "match_class": data["class"],
            "band": data["band"],
            "outcome": data["outcome"],
            "body": orjson.dumps(envelope),
        }
    else:
        row |= {name: gone[name] for name in _CLOSING}
    _ADD_NOTICE(connection, row)
    _close(connection, delivery, "superseded", at)
    changed(connection, delivery.office, envelope["id"])


def apply_recall(connection: Connection, delivery: Delivery, at: datetime) -> None:
    """Take back every id a recall names, whether its notice has arrived or not."""
    _close(connection, delivery, "recalled", at)


def _close(connection: Connection, delivery: Delivery, closed_as: ClosedAs, at: datetime) -> None:
    closing = {
        "closed_us": microseconds(at),
        "closed_by": delivery.envelope["id"],
        "closed_as": closed_as,
    }
    for notice_id in delivery.envelope["liaisonsupersedes"]:
        connection.exec_driver_sql(_BURY, closing | {"notice_id": notice_id})
        blank = update(NOTICE).where(
            NOTICE.c.notice_id == notice_id,
            NOTICE.c.office == delivery.office,
            or_(NOTICE.c.closed_as.is_(None), NOTICE.c.closed_as != "recalled"),
        )
        connection.execute(
            blank.values(**closing, body=None, match_class=None, band=None, outcome=None)
        )
        changed(connection, delivery.office, notice_id)


def changed(connection: Connection, office: str, notice_id: str) -> None:
    """Say that pages which follow this office must look at a notice again."""
    _ADD_CHANGE(connection, {"office": office, "notice_id": notice_id})
