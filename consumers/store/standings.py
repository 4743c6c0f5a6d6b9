"""Standings in the vault: what each channel may know of a match, and has been told."""

from dataclasses import asdict
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Connection, RowMapping, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from consumers.sharing.outcome import Decision, Outcome
from consumers.sharing.standing import Held, Standing, content_digest
from consumers.sqlite import Query, Upsert, compiled
from consumers.store.redecisions import ask
from consumers.store.vault import STANDING
from schemas.match import Match
from schemas.record import microseconds

#: What a thread stands at before anything was decided or begun.
NOTHING_TOLD: Final = Standing()
_TOLD: Final = ("last", "held", "acknowledged", "cleared_us", "retain_until_us", "purged")
_DECIDED: Final = (
    "outcome",
    "hold_for",
    "policy_version",
    "content_digest",
    "valid_until_us",
    "decision",
    "decided_us",
    "parked_us",
)
_PUT_TOLD: Final = Upsert(STANDING, _TOLD)
_PUT_DECISION: Final = Upsert(STANDING, _DECIDED)
_OF_MATCH: Final = Query(select(STANDING).where(STANDING.c.match == bindparam("match")))
_OF_THREAD: Final = Query(
    select(STANDING).where(
        STANDING.c.match == bindparam("match"), STANDING.c.channel == bindparam("channel")
    )
)
_PARKING: Final = insert(STANDING)
_PARK: Final = compiled(
    _PARKING.on_conflict_do_update(
        index_elements=["match", "channel"],
        set_={"parked_us": func.coalesce(STANDING.c.parked_us, _PARKING.excluded.parked_us)},
    ),
    STANDING.columns.keys(),
)


class Thread(NamedTuple):
    """One match as one channel is told of it."""

    match: str
    channel: str


def load_standings(connection: Connection, match: str) -> dict[str, Standing]:
    """Return the standings of a match by channel."""
    rows = _OF_MATCH(connection, match=match).mappings()
    return {row["channel"]: _standing(row) for row in rows}


def load_standing(connection: Connection, thread: Thread) -> Standing:
    """Return one standing; a thread never decided on was told nothing."""
    row = _OF_THREAD(connection, **thread._asdict()).mappings().one_or_none()
    return NOTHING_TOLD if row is None else _standing(row)


def decision_inputs(match: Match, decision: Decision) -> bytes:
    """Return what explain, simulate and replay need of a decision: no content, only its digest."""
    return orjson.dumps(
        {
            "outcome": decision.outcome,
            "hold_for": decision.hold_for,
            "match_class": decision.match_class,
            "band": decision.band,
            "match_order": match.order,
            "match_version": match.version,
            "weights_version": match.weights_version,
            "lineage": [
                [record, version, published_us, digest.hex()]
                for record, (version, published_us, digest) in decision.lineage
            ],
            "content_digest": content_digest(decision.content),
            "obligations": decision.obligations,
            "reasons": [asdict(reason) for reason in decision.reasons],
            "policy_version": decision.policy_version,
            "valid_until": decision.valid_until,
        }
    )


def save_decision(
    connection: Connection, thread: Thread, decision: Decision, inputs: bytes, now_us: int
) -> None:
    """Write what was decided now, DENY too; what was told stays as it is."""
    until = decision.valid_until
    _PUT_DECISION(
        connection,
        _blank(thread)
        | {
            "outcome": str(decision.outcome),
            "hold_for": decision.hold_for,
            "policy_version": decision.policy_version,
            "content_digest": orjson.loads(inputs)["content_digest"],
            "valid_until_us": None if until is None else microseconds(until),
            "decision": inputs,
            "decided_us": now_us,
            "parked_us": None,
        },
    )


def save_told(connection: Connection, thread: Thread, standing: Standing) -> None:
    """Write what began or was received; what was decided stays as it is."""
    _PUT_TOLD(connection, _blank(thread) | _told(standing))


def clear(connection: Connection, thread: Thread, now_us: int) -> None:
    """Release what was reviewed: no resumption before now asks for a review of it any more."""
    connection.execute(
        update(STANDING)
        .where(STANDING.c.match == thread.match, STANDING.c.channel == thread.channel)
        .values(cleared_us=now_us)
    )
    ask(connection, thread.match, now_us)


def forget(connection: Connection, thread: Thread) -> None:
    """Drop the standing of somebody the match does not concern and who was never told of it."""
    connection.execute(
        delete(STANDING).where(
            STANDING.c.match == thread.match, STANDING.c.channel == thread.channel
        )
    )


def park(connection: Connection, thread: Thread, now_us: int) -> None:
    """Mark that the vault is older than a lineage; outcome and what was told stay."""
    connection.exec_driver_sql(_PARK, _blank(thread) | {"parked_us": now_us})


def oldest_parked_us(connection: Connection) -> int | None:
    """Return since when the longest parked standing waits for its record."""
    return connection.execute(select(func.min(STANDING.c.parked_us))).scalar()


def _blank(thread: Thread) -> dict[str, Any]:
    """Return a row of which nothing is decided yet: a hand-over may come before its match."""
    return {
        **dict.fromkeys(STANDING.columns.keys()),
        **thread._asdict(),
        "outcome": Outcome.PARK,
        "policy_version": "",
        "decision": b"{}",
        "decided_us": 0,
        **_told(NOTHING_TOLD),
    }


def _told(standing: Standing) -> dict[str, Any]:
    return {
        "last": standing.last,
        "held": orjson.dumps([asdict(held) for held in standing.held]),
        "acknowledged": standing.acknowledged,
        "cleared_us": standing.cleared_us,
        "retain_until_us": standing.retain_until_us,
        "purged": standing.purged,
    }


def _standing(row: RowMapping) -> Standing:
    return Standing(
        last=row["last"],
        held=tuple(Held(**held) for held in orjson.loads(row["held"])),
        acknowledged=bool(row["acknowledged"]),
        outcome=row["outcome"],
        policy_version=row["policy_version"],
        cleared_us=row["cleared_us"] or 0,
        retain_until_us=row["retain_until_us"] or 0,
        purged=row["purged"] or "",
    )
