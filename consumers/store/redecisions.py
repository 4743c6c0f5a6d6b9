"""Durable requests to decide a match again, written with the change that asks for it."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, delete, func, literal, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from consumers.sqlite import CHUNK, Query, compiled
from consumers.store.vault import MATCH, MATCH_RECORD, MATCH_SIDE, REDECIDE

_COLUMNS: Final = ("match", "due_us")


def ask(connection: Connection, match: str, due_us: int) -> None:
    """Ask for one match; the earliest request stands."""
    connection.exec_driver_sql(_ASK, {"match": match, "due_us": due_us})


def ask_for_records(connection: Connection, records: Collection[str], due_us: int) -> None:
    """Ask for every match whose lineage names one of these records."""
    keys = sorted(records)
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        found = select(MATCH_RECORD.c.match, literal(due_us)).distinct()
        _ask_all(connection, found.where(MATCH_RECORD.c.record.in_(chunk)))


def ask_for_sides(connection: Connection, sides: Collection[str], due_us: int) -> None:
    """Ask for every match of these sides."""
    if sides:
        found = select(MATCH_SIDE.c.match, literal(due_us)).distinct()
        _ask_all(connection, found.where(MATCH_SIDE.c.side.in_(sorted(sides))))


def ask_for_everything(connection: Connection, due_us: int) -> None:
    """Ask for all matches: agreements or parties changed."""
    _ask_all(connection, select(MATCH.c.match, literal(due_us)).where(literal(value=True)))


def due(connection: Connection, now_us: int, limit: int) -> list[str]:
    """Return matches to decide now, the longest waiting first."""
    query = select(REDECIDE.c.match).where(REDECIDE.c.due_us <= now_us)
    return list(connection.execute(query.order_by(REDECIDE.c.due_us).limit(limit)).scalars())


def hasten(connection: Connection, match: str, due_us: int) -> None:
    """Bring a waiting request forward; without one there is nothing to do."""
    _HASTEN(connection, name=match, now_us=due_us)


def settle(connection: Connection, match: str, again_us: int | None) -> None:
    """Replace a request by a later one, or by none."""
    _SETTLE(connection, match=match)
    if again_us is not None:
        ask(connection, match, again_us)


def _ask_all(connection: Connection, matches: Select[Any]) -> None:
    connection.execute(_earliest(insert(REDECIDE).from_select(_COLUMNS, matches)))


def _earliest(request: Insert) -> Insert:
    earlier = func.min(REDECIDE.c.due_us, request.excluded.due_us)
    return request.on_conflict_do_update(index_elements=["match"], set_={"due_us": earlier})


_HASTEN: Final = Query(
    update(REDECIDE)
    .where(REDECIDE.c.match == bindparam("name"), REDECIDE.c.due_us > bindparam("now_us"))
    .values(due_us=bindparam("now_us"))
)
_SETTLE: Final = Query(delete(REDECIDE).where(REDECIDE.c.match == bindparam("match")))
_ASK: Final = compiled(_earliest(insert(REDECIDE)), _COLUMNS)
