"""What passes between vault and inbox beside notices: refusals there, acknowledgements back."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, update

from consumers.inbox.rows import Acknowledgement, PersonVerdict, Refusal
from consumers.sqlite import Upsert
from consumers.store.generation import set_acknowledged_upto
from consumers.store.vault import ACKNOWLEDGEMENT, RECORD, REFUSAL, VERDICT
from schemas.record import from_microseconds, microseconds

_ADD_ACKNOWLEDGEMENT: Final = Upsert(ACKNOWLEDGEMENT, ())
_PUT_VERDICT: Final = Upsert(VERDICT)


def untold(connection: Connection, limit: int = 200) -> list[Refusal]:
    """Return refusals whose owner is known and not yet told.

    # INVARIANT: told goes to the record's own owner, as the vault knows it, and to nobody else.
    """
    query = (
        select(REFUSAL, RECORD.c.owner)
        .join(RECORD, RECORD.c.record == REFUSAL.c.record)
        .where(REFUSAL.c.told.is_(False))
        .limit(limit)
    )
    return [
        Refusal(row.origin, row.owner, row.record, row.reason, from_microseconds(row.refused_us))
        for row in connection.execute(query)
    ]


def mark_told(connection: Connection, refusals: Iterable[Refusal]) -> None:
    """Write that the inbox has these; a crash before repeats them, which changes nothing there."""
    rows = [{"told_origin": refusal.origin} for refusal in refusals]
    if rows:
        told = update(REFUSAL).where(REFUSAL.c.origin == bindparam("told_origin"))
        connection.execute(told.values(told=True), rows)


def keep_acknowledgements(connection: Connection, pulled: Sequence[Acknowledgement]) -> None:
    """Write officers' acknowledgements with the place up to which the inbox was pulled."""
    if pulled:
        rows = [
            {
                "notice_id": each.notice_id,
                "office": each.office,
                "officer": each.officer,
                "acknowledged_us": microseconds(each.acknowledged_at),
            }
            for each in pulled
        ]
        _ADD_ACKNOWLEDGEMENT(connection, *rows)
        set_acknowledged_upto(connection, pulled[-1].sequence)


def verdicts_upto(connection: Connection) -> int:
    """Return up to which verdict the inbox was pulled."""
    return connection.execute(select(func.max(VERDICT.c.sequence))).scalar() or 0


def keep_verdicts(connection: Connection, pulled: Sequence[PersonVerdict]) -> None:
    """Write officers' verdicts; a later one of the same officer replaces the one before.

    # INVARIANT: nothing that decides a release reads them.
    """
    rows = [
        {
            "notice_id": each.notice_id,
            "officer": each.officer,
            "office": each.office,
            "verdict": each.verdict,
            "given_us": microseconds(each.given_at),
            "sequence": each.sequence,
        }
        for each in pulled
    ]
    _PUT_VERDICT(connection, *rows)
