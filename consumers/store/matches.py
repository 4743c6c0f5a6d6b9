"""Matches in the vault: the highest order of each, and which records and sides they rest on."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from consumers.sqlite import CHUNK
from consumers.store.redecisions import ask
from consumers.store.vault import MATCH, MATCH_RECORD, MATCH_SIDE
from schemas.codec import Codec
from schemas.match import Match


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
            _write(connection, match, body)
            ask(connection, match.id, now_us)


def load_match(connection: Connection, match: str, codec: Codec) -> Match | None:
    """Return the match in force; None while the vault has none by that id."""
    body = connection.execute(select(MATCH.c.body).where(MATCH.c.match == match)).scalar()
    return None if body is None else Match.from_avro(codec.decode(body).datum)


def lineage(match: Match) -> set[str]:
    """Return the records that a match's supports rest on."""
    return {end.record for support in match.supports for end in (support.left, support.right)}


def _orders(connection: Connection, matches: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(matches), CHUNK):
        query = select(MATCH.c.match, MATCH.c.order)
        chunk = query.where(MATCH.c.match.in_(matches[start : start + CHUNK]))
        found |= {row.match: row.order for row in connection.execute(chunk)}
    return found


def _write(connection: Connection, match: Match, body: bytes) -> None:
    row = {
        "order": match.order,
        "status": match.status,
        "match_class": match.match_class,
        "successor": match.successor,
        "published_ms": match.published_ms,
        "body": body,
    }
    upsert = insert(MATCH).values(match=match.id, **row)
    connection.execute(upsert.on_conflict_do_update(index_elements=["match"], set_=row))
    rests_on = {MATCH_RECORD: ("record", lineage(match)), MATCH_SIDE: ("side", set(match.sides))}
    for table, (column, values) in rests_on.items():
        connection.execute(delete(table).where(table.c.match == match.id))
        if values:
            rows = [{column: value, "match": match.id} for value in sorted(values)]
            connection.execute(insert(table), rows)
