"""The outbox: one open row per match and channel, without content."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, select, update

from consumers.sqlite import Query, Upsert
from consumers.store.standings import Thread
from consumers.store.vault import ENTRY, OUTBOX

_MINE: Final = (OUTBOX.c.match == bindparam("match"), OUTBOX.c.channel == bindparam("channel"))
_PUT: Final = Upsert(OUTBOX)
_REMOVE: Final = Query(delete(OUTBOX).where(*_MINE))
_OF_MATCH: Final = Query(select(OUTBOX).where(_MINE[0]))
_OF_THREAD: Final = Query(select(OUTBOX).where(*_MINE))
_DUE_CHANNELS: Final = Query(
    select(OUTBOX.c.channel, func.min(OUTBOX.c.due_us).label("first"))
    .where(OUTBOX.c.failed.is_(False))
    .group_by(OUTBOX.c.channel)
)
_SENDABLE: Final = Query(
    select(OUTBOX)
    .join(ENTRY, ENTRY.c.notice_id == OUTBOX.c.notice_id)
    .where(
        OUTBOX.c.channel == bindparam("channel"),
        OUTBOX.c.failed.is_(False),
        OUTBOX.c.due_us <= bindparam("now_us"),
        OUTBOX.c.deadline_us <= bindparam("now_us"),
        ENTRY.c.number.is_not(None),
    )
    .order_by(OUTBOX.c.due_us)
    .limit(bindparam("room"))
)


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
    return {row["channel"]: _row(row) for row in _OF_MATCH(connection, match=match).mappings()}


def load_row(connection: Connection, thread: Thread) -> Row | None:
    """Return the open row of a thread."""
    row = _OF_THREAD(connection, **thread._asdict()).mappings().one_or_none()
    return None if row is None else _row(row)


def put_row(connection: Connection, row: Row) -> None:
    """Write a row in the place of the one its thread had.

    # INVARIANT: the primary key allows one open row per match and channel.
    """
    _PUT(connection, asdict(row))


def remove_row(connection: Connection, thread: Thread) -> None:
    """Close the row of a thread."""
    _REMOVE(connection, **thread._asdict())


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
    for waiting in _DUE_CHANNELS(connection).all():
        room = capacity.get(waiting.channel, 0)
        if waiting.first > now_us or room <= 0:
            continue
        due = _SENDABLE(connection, channel=waiting.channel, now_us=now_us, room=room)
        for row in due.mappings().all():
            yield _row(row)


def _row(row: RowMapping) -> Row:
    return Row(**{**row, "failed": bool(row["failed"])})
