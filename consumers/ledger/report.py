"""The accounting of disclosures as an office may have to give it (5 USC 552a(c)(1), (3))."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import Engine, select

from consumers.store.vault import ENTRY, NOTICE
from schemas.record import from_microseconds


def report(
    engine: Engine, *, record: str | None = None, include_exempt: bool = False
) -> Iterator[Mapping[str, Any]]:
    """Yield the sequenced entries in their order, as kept, with `number`, `sent_at` and `sent`.

    Exempt disclosures (552a(b)(1)) stand in the log but not in this report unless asked for.
    An entry whose attempt never began has `sent` False. `record` narrows to one record's.
    """
    query = (
        select(ENTRY.c.number, ENTRY.c.statement, NOTICE.c.begun_us)
        .select_from(ENTRY.outerjoin(NOTICE, NOTICE.c.notice_id == ENTRY.c.notice_id))
        .where(ENTRY.c.number.is_not(None))
        .order_by(ENTRY.c.number)
    )
    if not include_exempt:
        query = query.where(ENTRY.c.exempt.is_(False))
    with engine.connect() as connection:
        for row in connection.execute(query):
            statement = orjson.loads(row.statement)
            if record is None or record in statement["records"]:
                sent = row.begun_us is not None
                yield {
                    **statement,
                    "number": row.number,
                    "sent": sent,
                    "sent_at": from_microseconds(row.begun_us) if sent else None,
                }
