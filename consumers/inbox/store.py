"""Access to the inbox database: deliver writes what was released, pages read and acknowledge.

Every read names an office and sees that office's rows alone.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.dialects.sqlite import insert

from consumers.inbox.arrivals import apply_recall, changed, upsert_notice
from consumers.inbox.rows import (
    EVERYTHING,
    Acknowledgement,
    Changes,
    Delivery,
    Filters,
    InboxNotice,
    Page,
    PersonVerdict,
    Refusal,
    VerdictWord,
    notice_of,
)
from consumers.inbox.tables import ACKNOWLEDGEMENT, CHANGE, METADATA, NOTICE, REFUSAL
from consumers.inbox.verdicts import give_verdict, verdicts_after
from consumers.sqlite import open_reader, open_store
from schemas.notice import RECALL_TYPE
from schemas.record import from_microseconds, microseconds


class Inbox:
    """The inbox database, opened by deliver and by the pages alike."""

    def __init__(self, engine: Engine, reader: Engine) -> None:
        """Write through `engine`; read through `reader`, which waits for no writer."""
        self._engine = engine
        self._reader = reader

    @classmethod
    def open(cls, path: Path, *, busy_seconds: float = 5.0) -> "Inbox":
        """Open the file, creating folder and tables on first use."""
        engine = open_store(path, METADATA, busy_seconds=busy_seconds)
        return cls(engine, open_reader(path, busy_seconds=busy_seconds))

    def close(self) -> None:
        """Give back every connection."""
        self._reader.dispose()
        self._engine.dispose()

    def receive(self, deliveries: Iterable[Delivery], at: datetime) -> None:
        """Write notices and recalls in one transaction, in the order given.

        `deliveries` are asked for once the inbox is ours to write, so that whoever gives them can
        still keep one back.
        """
        with self._engine.begin() as connection:
            for delivery in deliveries:
                if delivery.envelope["type"] == RECALL_TYPE:
                    apply_recall(connection, delivery, at)
                else:
                    upsert_notice(connection, delivery, at)

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Tell offices which of their own events were refused; repeats change nothing."""
        with self._engine.begin() as connection:
            for refusal in refusals:
                connection.execute(
                    insert(REFUSAL)
                    .values(
                        origin=refusal.origin,
                        office=refusal.office,
                        record=refusal.record,
                        reason=refusal.reason,
                        refused_us=microseconds(refusal.refused_at),
                    )
                    .on_conflict_do_nothing()
                )
                changed(connection, refusal.office, refusal.origin)

    def list_notices(
        self, office: str, filters: Filters = EVERYTHING, cursor: str | None = None, limit: int = 50
    ) -> Page:
        """One page of an office's notices, newest first. A foreign cursor reads as none."""
        query = _notices(office).order_by(NOTICE.c.sequence.desc()).limit(limit + 1)
        if cursor is not None and cursor.isdecimal():
            query = query.where(NOTICE.c.sequence < int(cursor))
        with self._reader.connect() as connection:
            rows = connection.execute(_narrow(query, filters)).mappings().all()
        notices = tuple(notice_of(row) for row in rows[:limit])
        more = len(rows) > limit
        return Page(notices, str(notices[-1].sequence) if more else None)

    def get_notice(self, office: str, notice_id: str) -> InboxNotice | None:
        """One notice of this office; None where it has none by that id, whoever else may."""
        query = _notices(office).where(NOTICE.c.notice_id == notice_id)
        with self._reader.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else notice_of(row)

    def list_refusals(self, office: str, limit: int = 50) -> tuple[Refusal, ...]:
        """The newest refusals of an office's own events."""
        query = select(REFUSAL).where(REFUSAL.c.office == office)
        query = query.order_by(REFUSAL.c.sequence.desc()).limit(limit)
        with self._reader.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            Refusal(
                r["origin"],
                r["office"],
                r["record"],
                r["reason"],
                from_microseconds(r["refused_us"]),
            )
            for r in rows
        )

    def acknowledge(self, office: str, notice_id: str, officer: str, at: datetime) -> bool:
        """Record that an officer has seen a notice that still stands; the first one counts.

        False where this office holds no such open notice.
        """
        standing = select(NOTICE.c.notice_id).where(
            NOTICE.c.office == office,
            NOTICE.c.notice_id == notice_id,
            NOTICE.c.closed_us.is_(None),
        )
        with self._engine.begin() as connection:
            if connection.execute(standing).first() is None:
                return False
            connection.execute(
                insert(ACKNOWLEDGEMENT)
                .values(
                    notice_id=notice_id,
                    office=office,
                    officer=officer,
                    acknowledged_us=microseconds(at),
                )
                .on_conflict_do_nothing()
            )
            changed(connection, office, notice_id)
        return True

    def acknowledgements_after(
        self, sequence: int, limit: int = 500
    ) -> tuple[Acknowledgement, ...]:
        """Acknowledgements of all offices in their order, for deliver."""
        query = (
            select(ACKNOWLEDGEMENT)
            .where(ACKNOWLEDGEMENT.c.sequence > sequence)
            .order_by(ACKNOWLEDGEMENT.c.sequence)
            .limit(limit)
        )
        with self._reader.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            Acknowledgement(
                r["sequence"],
                r["notice_id"],
                r["office"],
                r["officer"],
                from_microseconds(r["acknowledged_us"]),
            )
            for r in rows
        )

    def give_verdict(
        self, officer: tuple[str, str], subject: str, verdict: VerdictWord, at: datetime
    ) -> int:
        """See `verdicts.give_verdict`."""
        with self._engine.begin() as connection:
            return give_verdict(connection, officer, subject, verdict, at)

    def verdicts_after(self, sequence: int) -> tuple[PersonVerdict, ...]:
        """See `verdicts.verdicts_after`."""
        with self._reader.connect() as connection:
            return verdicts_after(connection, sequence)

    def changes_since(self, office: str, token: int, limit: int = 200) -> Changes:
        """What changed for an office after `token`; without changes the same token comes back."""
        query = (
            select(CHANGE.c.sequence, CHANGE.c.notice_id)
            .where(CHANGE.c.office == office, CHANGE.c.sequence > token)
            .order_by(CHANGE.c.sequence)
            .limit(limit)
        )
        with self._reader.connect() as connection:
            rows = connection.execute(query).all()
        ids = tuple(dict.fromkeys(row.notice_id for row in rows))
        return Changes(rows[-1].sequence if rows else token, ids)

    def latest_token(self, office: str) -> int:
        """The token from which a page opened now has nothing to catch up with."""
        query = select(func.max(CHANGE.c.sequence)).where(CHANGE.c.office == office)
        with self._reader.connect() as connection:
            return connection.execute(query).scalar() or 0


def _notices(office: str) -> Select[Any]:
    acknowledged = ACKNOWLEDGEMENT.c.notice_id == NOTICE.c.notice_id
    return (
        select(NOTICE, ACKNOWLEDGEMENT.c.officer, ACKNOWLEDGEMENT.c.acknowledged_us)
        .select_from(NOTICE.outerjoin(ACKNOWLEDGEMENT, acknowledged))
        .where(NOTICE.c.office == office)
    )


def _narrow(query: Select[Any], filters: Filters) -> Select[Any]:
    if filters.state is not None:
        is_open = NOTICE.c.closed_us.is_(None)
        query = query.where(is_open if filters.state == "open" else ~is_open)
    if filters.match_class is not None:
        query = query.where(NOTICE.c.match_class == filters.match_class)
    if filters.acknowledged is not None:
        missing = ACKNOWLEDGEMENT.c.sequence.is_(None)
        query = query.where(~missing if filters.acknowledged else missing)
    if filters.subject is not None:
        query = query.where(NOTICE.c.subject == filters.subject)
    return query
