"""Matches in the vault: the highest order of each, and which records and sides they rest on."""

from collections.abc import Iterable
from typing import Final

import orjson
from sqlalchemy import Connection, bindparam, delete, select

from consumers.sqlite import Query, Upsert, each_of
from consumers.store.redecisions import ask
from consumers.store.vault import MATCH, MATCH_RECORD, MATCH_SIDE
from schemas.codec import Codec
from schemas.match import Match

_PUT_MATCH: Final = Upsert(
    MATCH, [c.name for c in MATCH.columns if c.name not in {"match", "seen_us"}]
)
_SEEN: Final = Query(select(MATCH.c.seen_us).where(MATCH.c.match == bindparam("match")))
_ADD_RECORD: Final = Upsert(MATCH_RECORD, ())
_BODY: Final = Query(select(MATCH.c.body).where(MATCH.c.match == bindparam("match")))
_ORDERS: Final = Query(
    select(MATCH.c.match, MATCH.c.order).where(MATCH.c.match.in_(each_of("matches")))
)
_FORGET: Final = tuple(
    Query(delete(table).where(table.c.match == bindparam("match")))
    for table in (MATCH_RECORD, MATCH_SIDE)
)
_ADD_SIDE: Final = Upsert(MATCH_SIDE, ())


def apply_matches(
    connection: Connection, arrivals: Iterable[tuple[Match, bytes]], now_us: int
) -> None:
    """Apply matches with the framed values they came in, and ask for a decision of each.

    # INVARIANT: the highest `order` stays, whatever came last; a repeat asks for nothing.
    """
    newest: dict[str, tuple[Match, bytes]] = {}
    for match, body in arrivals:
        if match.id not in newest or match.order > newest[match.id][0].order:
            newest[match.id] = match, body
    known = _orders(connection, sorted(newest))
    for match, body in newest.values():
        if match.order > known.get(match.id, -1):
            _write(connection, match, body, now_us)
            ask(connection, match.id, now_us)


def load_match(connection: Connection, match: str, codec: Codec) -> Match | None:
    """Return the match in force; None while the vault has none by that id."""
    body = _BODY(connection, match=match).scalar()
    return None if body is None else Match.from_avro(codec.decode(body).datum)


def seen_us(connection: Connection, match: str) -> int:
    """Return when the first version of a match was applied, in µs."""
    return _SEEN(connection, match=match).scalar() or 0


def lineage(match: Match) -> set[str]:
    """Return the records that a match's supports rest on, quiet ones included."""
    return {record for each in (*match.supports, *match.quiet) for record in each.records}


def _orders(connection: Connection, matches: list[str]) -> dict[str, int]:
    known = _ORDERS(connection, matches=orjson.dumps(matches))
    return {row.match: row.order for row in known}


def _write(connection: Connection, match: Match, body: bytes, now_us: int) -> None:
    row = {
        "match": match.id,
        "order": match.order,
        "status": match.status,
        "match_class": match.match_class,
        "successor": match.successor,
        "published_ms": match.published_ms,
        "body": body,
        "seen_us": now_us,
    }
    _PUT_MATCH(connection, row)
    for forget in _FORGET:
        forget(connection, match=match.id)
    _ADD_RECORD(connection, *({"record": r, "match": match.id} for r in lineage(match)))
    _ADD_SIDE(connection, *({"side": s, "match": match.id} for s in set(match.sides)))
