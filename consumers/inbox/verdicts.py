"""Verdicts of officers on notices: given on their inbox, pulled by deliver in their order."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select

from consumers.inbox.rows import PersonVerdict, VerdictWord
from consumers.inbox.tables import NOTICE, VERDICT
from schemas.record import from_microseconds, microseconds


def give_verdict(
    connection: Connection,
    officer: tuple[str, str],
    subject: str,
    verdict: VerdictWord,
    at: datetime,
) -> int:
    """Write what an officer (office, id) makes of a notice, or of a match by the office's id of it.

    Returns how many notices it is on, closed ones too: 0 where the office holds none by that name.
    """
    office, name = officer
    named = or_(NOTICE.c.notice_id == subject, NOTICE.c.subject == subject)
    query = select(NOTICE.c.notice_id).where(
        NOTICE.c.office == office, named, NOTICE.c.match_class.is_not(None)
    )
    notices = list(connection.execute(query).scalars())
    for notice_id in notices:
        known = VERDICT.c.notice_id == notice_id
        connection.execute(delete(VERDICT).where(known, VERDICT.c.officer == name))
        row = {"notice_id": notice_id, "office": office, "officer": name, "verdict": verdict}
        connection.execute(insert(VERDICT).values(**row, given_us=microseconds(at)))
    return len(notices)


def verdicts_after(
    connection: Connection, sequence: int, limit: int = 500
) -> tuple[PersonVerdict, ...]:
    """Return verdicts of all offices in their order, for deliver."""
    query = select(VERDICT).where(VERDICT.c.sequence > sequence)
    rows = connection.execute(query.order_by(VERDICT.c.sequence).limit(limit))
    return tuple(
        PersonVerdict(
            row.sequence,
            row.notice_id,
            row.office,
            row.officer,
            row.verdict,
            from_microseconds(row.given_us),
        )
        for row in rows
    )
