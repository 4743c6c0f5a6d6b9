"""Records in the vault: the newest payload by rank, and the marking of every version."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import orjson
from sqlalchemy import Connection, Table, delete, select

from consumers.sharing.records import RecordHistory
from consumers.sqlite import Query, Upsert, each_of
from consumers.store.redecisions import ask_for_records, ask_for_sides
from consumers.store.vault import CLOSED_SIDE, MARKING, RECORD
from schemas.codec import Codec
from schemas.event import Event, Marking
from schemas.record import Rank

_CLOSED: Final = ".CaseClosed"
_RANK: Final = ("version", "published_us", "digest")
_PUT_RECORD: Final = Upsert(RECORD)
_ADD_MARKING: Final = Upsert(MARKING, ())
_BY_RECORD: Final = {
    table.name: Query(select(table).where(table.c.record.in_(each_of("records"))))
    for table in (RECORD, MARKING, CLOSED_SIDE)
}
_CLOSED_AMONG: Final = Query(
    select(CLOSED_SIDE.c.side).where(CLOSED_SIDE.c.side.in_(each_of("sides")))
)
_ADD_CLOSED_SIDE: Final = Upsert(CLOSED_SIDE, ())


@dataclass(frozen=True, slots=True)
class Arrival:
    """One record version of record.v1; `event` is the agency's framed value."""

    record: str
    rank: Rank
    owner: str
    withdrawn: bool
    event_type: str
    sides: tuple[str, ...]
    event: bytes

    @property
    def closes(self) -> tuple[str, ...]:
        """The case sides that this version declares closed."""
        if self.withdrawn or not self.event_type.endswith(_CLOSED):
            return ()
        return tuple(side for side in self.sides if ":case/" in side)


@dataclass(frozen=True, slots=True)
class _Held:
    rank: Rank
    event: bytes | None


def apply_records(
    connection: Connection, arrivals: Iterable[Arrival], codec: Codec, now_us: int
) -> None:
    """Apply record versions in any order, and ask again for every match that uses them.

    # INVARIANT: which version is in force depends on the ranks seen, never on their order; a
    # repeated version changes nothing. Every seen rank but the one in force has a marking row.
    """
    arrivals = tuple(arrivals)
    held = _held(connection, {arrival.record for arrival in arrivals})
    in_force: dict[str, Arrival] = {}
    displaced: list[tuple[str, Rank, bytes]] = []
    changed: set[str] = set()
    for arrival in arrivals:
        record, known = arrival.record, held.get(arrival.record)
        if known is not None and arrival.rank == known.rank:
            continue
        if known is None or arrival.rank > known.rank:
            if known is not None and known.event is not None:
                displaced.append((record, known.rank, known.event))
            in_force[record] = arrival
            held[record] = _Held(arrival.rank, None if arrival.withdrawn else arrival.event)
        if arrival.withdrawn or in_force.get(record) is not arrival:
            displaced.append((record, arrival.rank, arrival.event))
        changed.add(record)
    _write_markings(connection, displaced, codec)
    _write_records(connection, in_force.values())
    _write_closed_sides(connection, in_force, now_us)
    ask_for_records(connection, changed, now_us)


def histories(
    connection: Connection, records: Iterable[str], codec: Codec
) -> Mapping[str, RecordHistory]:
    """Return what the vault holds of these records; a record it does not hold is absent."""
    keys = sorted(set(records))
    markings: dict[str, dict[Rank, Marking]] = {key: {} for key in keys}
    for row in _rows(connection, MARKING, keys):
        rank = (row.version, row.published_us, row.digest)
        markings[row.record][rank] = load_marking(row.marking)
    found = {}
    for row in _rows(connection, RECORD, keys):
        rank, newest = (row.version, row.published_us, row.digest), None
        if row.event is not None:
            newest = cast("Event", codec.decode(row.event).datum)
            markings[row.record][rank] = newest["marking"]
        found[row.record] = RecordHistory(
            record=row.record,
            owner=row.owner,
            newest_rank=rank,
            newest=newest,
            markings=markings[row.record],
        )
    return found


def closed_sides(connection: Connection, sides: Iterable[str]) -> frozenset[str]:
    """Return those of `sides` whose case is closed."""
    return frozenset(_CLOSED_AMONG(connection, sides=orjson.dumps(list(sides))).scalars())


def dump_marking(marking: Marking) -> bytes:
    """Return a marking as JSON, dates as YYYY-MM-DD."""
    return orjson.dumps(marking)


def load_marking(data: bytes) -> Marking:
    """Read what `dump_marking` wrote."""
    marking = orjson.loads(data)
    if (predicate := marking["predicate"]) is not None:
        for name in ("established_on", "validated_on"):
            predicate[name] = date.fromisoformat(predicate[name])
    return cast("Marking", marking)


def _held(connection: Connection, records: Iterable[str]) -> dict[str, _Held]:
    return {
        row.record: _Held((row.version, row.published_us, row.digest), row.event)
        for row in _rows(connection, RECORD, sorted(records))
    }


def _rows(connection: Connection, table: Table, records: Sequence[str]) -> Iterator[Any]:
    if records:
        yield from _BY_RECORD[table.name](connection, records=orjson.dumps(records))


def _write_markings(
    connection: Connection, versions: Iterable[tuple[str, Rank, bytes]], codec: Codec
) -> None:
    rows = [
        {"record": record, **dict(zip(_RANK, rank, strict=True)), "marking": marking}
        for record, rank, event in versions
        for marking in (dump_marking(codec.decode(event).datum["marking"]),)
    ]
    _ADD_MARKING(connection, *rows)


def _write_records(connection: Connection, arrivals: Iterable[Arrival]) -> None:
    rows = [
        {
            "record": arrival.record,
            **dict(zip(_RANK, arrival.rank, strict=True)),
            "owner": arrival.owner,
            "event": None if arrival.withdrawn else arrival.event,
        }
        for arrival in arrivals
    ]
    _PUT_RECORD(connection, *rows)


def _write_closed_sides(
    connection: Connection, in_force: Mapping[str, Arrival], now_us: int
) -> None:
    before = _rows(connection, CLOSED_SIDE, sorted(in_force))
    old = {(row.record, row.side) for row in before}
    new = {(record, side) for record, arrival in in_force.items() for side in arrival.closes}
    for record, side in old - new:
        connection.execute(
            delete(CLOSED_SIDE).where(CLOSED_SIDE.c.record == record, CLOSED_SIDE.c.side == side)
        )
    _ADD_CLOSED_SIDE(connection, *({"record": r, "side": s} for r, s in new - old))
    ask_for_sides(connection, {side for _, side in old ^ new}, now_us)
