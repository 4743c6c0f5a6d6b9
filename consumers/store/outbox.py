"""The outbox: one open row per match and channel, without content."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, select, update

from consumers.sqlite import Upsert
from consumers.store.standings import Thread
from consumers.store.vault import ENTRY, OUTBOX

_PUT: Final = Upsert(OUTBOX)


@dataclass(frozen=True, slots=True)
class Row:
    """A notice to send or resend.

    `attempt` is the last one begun, of `attempts`; it runs until `deadline_us` (0: it is over).
    `failed` rows wait for an operator or for a change of what is to be said.
    """

    match: str
    channel: str
    notice_id: str
    action: str
    due_us: int
    deadline_us: int = 0
    attempt: int = 0
    attempts: int = 0
    refusals: int = 0
    failed: bool = False

    @property
    def thread(self) -> Thread:
        """Whose row this is."""
        return Thread(self.match, self.channel)


def load_rows(connection: Connection, match: str) -> dict[str, Row]:
    """Return the open rows of a match by channel."""
    found = connection.execute(select(OUTBOX).where(OUTBOX.c.match == match)).mappings()
    return {row["channel"]: Row(**row) for row in found}


def load_row(connection: Connection, thread: Thread) -> Row | None:
    """Return the open row of a thread."""
    query = select(OUTBOX).where(OUTBOX.c.match == thread.match, OUTBOX.c.channel == thread.channel)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else Row(**row)


def put_row(connection: Connection, row: Row) -> None:
    """Write a row in the place of the one its thread had.

    # INVARIANT: the primary key allows one open row per match and channel.
    """
    _PUT(connection, asdict(row))


def remove_row(connection: Connection, thread: Thread) -> None:
    """Close the row of a thread."""
    connection.execute(
        delete(OUTBOX).where(OUTBOX.c.match == thread.match, OUTBOX.c.channel == thread.channel)
    )


def postpone(connection: Connection, row: Row, due_us: int) -> None:
    """Leave a row for later without an attempt."""
    connection.execute(
        update(OUTBOX)
        .where(OUTBOX.c.match == row.match, OUTBOX.c.channel == row.channel)
        .values(due_us=due_us)
    )


def sendable(connection: Connection, capacity: Mapping[str, int], now_us: int) -> Iterator[Row]:
    """Yield due rows whose ledger entry is sequenced, per channel as many as it has room for.

    # INVARIANT: a row leaves here only with its entry numbered and no attempt of it running.
    """
    due = select(OUTBOX.c.channel, func.min(OUTBOX.c.due_us).label("first"))
    due = due.where(OUTBOX.c.failed.is_(False)).group_by(OUTBOX.c.channel)
    for waiting in connection.execute(due).all():
        room = capacity.get(waiting.channel, 0)
        if waiting.first > now_us or room <= 0:
            continue
        query = (
            select(OUTBOX)
            .join(ENTRY, ENTRY.c.notice_id == OUTBOX.c.notice_id)
            .where(
                OUTBOX.c.channel == waiting.channel,
                OUTBOX.c.failed.is_(False),
                OUTBOX.c.due_us <= now_us,
                OUTBOX.c.deadline_us <= now_us,
                ENTRY.c.number.is_not(None),
            )
            .order_by(OUTBOX.c.due_us)
            .limit(room)
        )
        for row in connection.execute(query).mappings().all():
            yield Row(**row)
