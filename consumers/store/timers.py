"""Durable timers, alarms and reviews of threads; the sweeper only asks for decisions."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, select

from consumers.sharing.timers import DOCUMENT, Alarm, Timer
from consumers.sqlite import Query, Upsert
from consumers.store.redecisions import ask, ask_for_everything
from consumers.store.standings import Thread
from consumers.store.vault import ACKNOWLEDGEMENT, ALARM, REVIEW, TIMER

#: The row whose firing concerns every match.
EVERYTHING: Final = Thread("", "")
_THREAD: Final = ("match", "channel")
_MINE: Final = {
    table.name: tuple(table.c[name] == bindparam(name) for name in _THREAD)
    for table in (ALARM, REVIEW, TIMER)
}
_TIMERS: Final = Query(select(TIMER.c.kind, TIMER.c.due_us).where(*_MINE["timer"]))
_PUT_TIMER: Final = Upsert(TIMER)
_DROP_TIMER: Final = Query(delete(TIMER).where(*_MINE["timer"], TIMER.c.kind == bindparam("kind")))
_ALARMS: Final = Query(select(ALARM.c.kind, ALARM.c.owner, ALARM.c.basis).where(*_MINE["alarm"]))
_PUT_ALARM: Final = Upsert(ALARM, ("basis",))
_DROP_ALARM: Final = Query(
    delete(ALARM).where(
        *_MINE["alarm"], ALARM.c.kind == bindparam("kind"), ALARM.c.owner == bindparam("owner")
    )
)
_PUT_REVIEW: Final = Upsert(REVIEW, ())
_DROP_REVIEW: Final = Query(delete(REVIEW).where(*_MINE["review"]))
_SEEN: Final = Query(
    select(ACKNOWLEDGEMENT.c.officer).where(ACKNOWLEDGEMENT.c.notice_id == bindparam("notice_id"))
)


def put_timers(connection: Connection, thread: Thread, timers: Iterable[Timer]) -> None:
    """Let a thread have these timers and no others; writes only what changed."""
    known = {row.kind: row.due_us for row in _TIMERS(connection, **thread._asdict())}
    wanted = dict(timers)
    for kind, due_us in wanted.items():
        if known.get(kind) != due_us:
            _PUT_TIMER(connection, {**thread._asdict(), "kind": kind, "due_us": due_us})
    for kind in known.keys() - wanted.keys():
        _DROP_TIMER(connection, **thread._asdict(), kind=kind)


def sweep(connection: Connection, now_us: int, limit: int = 1_000) -> dict[str, int]:
    """Turn due timers into requests to decide again; return how many fired, by kind.

    # INVARIANT: the request is written in the transaction that takes the timer away, under the
    # process's generation: a sweeper that was overtaken fires nothing.
    """
    due = connection.execute(
        select(TIMER).where(TIMER.c.due_us <= now_us).order_by(TIMER.c.due_us).limit(limit)
    ).all()
    fired: dict[str, int] = {}
    for row in due:
        fired[row.kind] = fired.get(row.kind, 0) + 1
        if row.match:
            ask(connection, row.match, now_us)
        else:
            ask_for_everything(connection, now_us)
        _DROP_TIMER(connection, match=row.match, channel=row.channel, kind=row.kind)
    return fired


def next_timer_us(connection: Connection) -> int | None:
    """Return when the next timer is due."""
    return connection.execute(select(func.min(TIMER.c.due_us))).scalar()


def put_alarms(
    connection: Connection, thread: Thread, alarms: Collection[Alarm], now_us: int
) -> list[Alarm]:
    """Let a thread have these alarms and no others; return the new ones."""
    rows = _ALARMS(connection, **thread._asdict()).all()
    known = {(row.kind, row.owner) for row in rows}
    for kind, owner in known - {(each.kind, each.owner) for each in alarms}:
        _DROP_ALARM(connection, **thread._asdict(), kind=kind, owner=owner)
    new = [each for each in alarms if (each.kind, each.owner) not in known]
    rows_to_put = ({**thread._asdict(), **each._asdict(), "since_us": now_us} for each in new)
    _PUT_ALARM(connection, *rows_to_put)
    return new


def put_document_alarm(
    connection: Connection, document: str, basis: str | None, now_us: int
) -> bool:
    """Let a distributed document have this alarm, or (None) none; return whether there is news.

    It stands under the document's id where others name a match.
    """
    thread = {"match": document, "channel": ""}
    known = [row.basis for row in _ALARMS(connection, **thread)]
    if basis is None:
        _DROP_ALARM(connection, **thread, kind=DOCUMENT, owner="")
    elif known != [basis]:
        alarm = Alarm(DOCUMENT, "", basis)
        _PUT_ALARM(connection, {**thread, **alarm._asdict(), "since_us": now_us})
    return basis is not None and known != [basis]


def put_review(connection: Connection, thread: Thread, now_us: int | None) -> None:
    """Ask an operator to review a release, or (None) no longer ask."""
    if now_us is None:
        _DROP_REVIEW(connection, **thread._asdict())
    else:
        _PUT_REVIEW(connection, {**thread._asdict(), "asked_us": now_us})


def reviews(connection: Connection) -> list[dict[str, Any]]:
    """Return what waits for review, the longest waiting first."""
    query = select(REVIEW).order_by(REVIEW.c.asked_us, REVIEW.c.match, REVIEW.c.channel)
    return [dict(row) for row in connection.execute(query).mappings()]


def alarms(connection: Connection, owner: str | None = None) -> list[dict[str, Any]]:
    """Return alarms, the oldest first; of `owner` alone where one is given."""
    query = select(ALARM).order_by(ALARM.c.since_us, ALARM.c.match, ALARM.c.channel)
    if owner is not None:
        query = query.where(ALARM.c.owner == owner)
    return [dict(row) for row in connection.execute(query).mappings()]


def seen(connection: Connection, notice_id: str) -> bool:
    """Return whether an officer has acknowledged a notice."""
    return _SEEN(connection, notice_id=notice_id).first() is not None
