"""Read-only questions of operators to a vault: counts by distinct ids, accounting, explanations.

Open the vault with `open_reader`; no function here can change it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Row, Select, func, or_, select

from consumers.store.vault import (
    ACKNOWLEDGEMENT,
    ATTEMPT,
    ENTRY,
    MATCH,
    NOTICE,
    OUTBOX,
    POSITION,
    REDECIDE,
    STANDING,
)
from schemas.record import from_microseconds


@dataclass(frozen=True, slots=True)
class Delivered:
    """Distinct ids of notices received, by channel kind, and of those that were taken back."""

    received: Mapping[str, int]
    recalled: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """One standing with all it rests on; `decision` as `decision_inputs` wrote it."""

    match: str
    match_class: str
    match_status: str
    channel: str
    outcome: str
    policy_version: str
    decided_at: datetime
    decision: Mapping[str, Any]
    held: tuple[Mapping[str, Any], ...]
    parked_since: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeHistory:
    """One notice from its entry to its ACK; `attempts` are (begun, ended, result)."""

    notice_id: str
    match: str
    channel: str
    action: str
    feed: int
    ledger_number: int | None
    supersedes: tuple[str, ...]
    decision: Mapping[str, Any]
    begun_at: datetime
    received_at: datetime | None
    acknowledged_by: str | None
    attempts: tuple[tuple[datetime, datetime | None, str | None], ...]


def positions(engine: Engine) -> dict[tuple[str, int], int]:
    """Return the next offset to apply by topic and partition."""
    with engine.connect() as connection:
        rows = connection.execute(select(POSITION))
        return {(row.topic, row.partition): row.next_offset for row in rows}


def standings_by_outcome(engine: Engine) -> dict[str, int]:
    """Count the standings of live matches by outcome."""
    query = (
        select(STANDING.c.outcome, func.count().label("standings"))
        .join(MATCH, MATCH.c.match == STANDING.c.match)
        .where(MATCH.c.status == "live")
        .group_by(STANDING.c.outcome)
    )
    with engine.connect() as connection:
        return {row.outcome: row.standings for row in connection.execute(query)}


def matches_by_class(engine: Engine, status: str = "live") -> dict[str, int]:
    """Count the matches of a status by class."""
    query = select(MATCH.c.match_class, func.count().label("matches"))
    query = query.where(MATCH.c.status == status).group_by(MATCH.c.match_class)
    with engine.connect() as connection:
        return {row.match_class: row.matches for row in connection.execute(query)}


def transitions(engine: Engine) -> dict[str, int]:
    """Count the notices begun by action: notice, update, correction, recall."""
    query = select(NOTICE.c.action, func.count().label("notices")).group_by(NOTICE.c.action)
    with engine.connect() as connection:
        return {row.action: row.notices for row in connection.execute(query)}


def delivered(engine: Engine) -> Delivered:
    """Count what recipients were told and what was taken back from them, by distinct id."""
    told = select(NOTICE.c.notice_id, NOTICE.c.channel_kind, NOTICE.c.action, NOTICE.c.supersedes)
    received: dict[str, set[str]] = {}
    recalled: set[str] = set()
    with engine.connect() as connection:
        for row in connection.execute(told.where(NOTICE.c.received_us.is_not(None))):
            if row.action == "recall":
                recalled.update(orjson.loads(row.supersedes))
            else:
                received.setdefault(row.channel_kind, set()).add(row.notice_id)
    known = set().union(*received.values())
    return Delivered({kind: len(ids) for kind, ids in received.items()}, len(recalled & known))


def held_notices(engine: Engine) -> dict[str, tuple[str, str]]:
    """Return what recipients may hold now: notice id to (match, channel). Recalls are no notice."""
    query = select(STANDING.c.match, STANDING.c.channel, STANDING.c.held)
    with engine.connect() as connection:
        return {
            held["notice_id"]: (row.match, row.channel)
            for row in connection.execute(query)
            for held in orjson.loads(row.held)
            if held["action"] != "recall"
        }


def unaccounted(engine: Engine) -> list[str]:
    """Return notices with an attempt that began before its ledger entry was sequenced."""
    query = (
        select(ATTEMPT.c.notice_id)
        .distinct()
        .outerjoin(ENTRY, ENTRY.c.notice_id == ATTEMPT.c.notice_id)
        .where(or_(ENTRY.c.number.is_(None), ENTRY.c.number >= ATTEMPT.c.log_size))
    )
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())


def backlog(engine: Engine) -> dict[str, int]:
    """Count what is not at rest: requests to decide, open rows, notices given up, parked."""
    counts = {
        "redecide": select(func.count()).select_from(REDECIDE),
        "outbox": select(func.count()).select_from(OUTBOX).where(OUTBOX.c.failed.is_(False)),
        "failed": select(func.count()).select_from(OUTBOX).where(OUTBOX.c.failed.is_(True)),
        "parked": select(func.count())
        .select_from(STANDING)
        .where(STANDING.c.parked_us.is_not(None)),
    }
    with engine.connect() as connection:
        return {name: _scalar(connection, query) for name, query in counts.items()}


def explain_match(engine: Engine, match: str) -> tuple[Explanation, ...]:
    """Return every standing of a match, DENY included. For operators only."""
    query = (
        select(STANDING, MATCH.c.match_class, MATCH.c.status)
        .join(MATCH, MATCH.c.match == STANDING.c.match)
        .where(STANDING.c.match == match)
        .order_by(STANDING.c.channel)
    )
    with engine.connect() as connection:
        return tuple(_explanation(row) for row in connection.execute(query))


def explain_notice(engine: Engine, notice_id: str) -> NoticeHistory | None:
    """Return one notice's history; None where no attempt of it ever began."""
    notice = (
        select(NOTICE, ENTRY.c.number, ACKNOWLEDGEMENT.c.officer)
        .outerjoin(ENTRY, ENTRY.c.notice_id == NOTICE.c.notice_id)
        .outerjoin(ACKNOWLEDGEMENT, ACKNOWLEDGEMENT.c.notice_id == NOTICE.c.notice_id)
        .where(NOTICE.c.notice_id == notice_id)
    )
    tries = select(ATTEMPT).where(ATTEMPT.c.notice_id == notice_id).order_by(ATTEMPT.c.attempt)
    with engine.connect() as connection:
        row = connection.execute(notice).one_or_none()
        attempts = connection.execute(tries).all()
    if row is None:
        return None
    return NoticeHistory(
        notice_id=row.notice_id,
        match=row.match,
        channel=row.channel,
        action=row.action,
        feed=row.feed,
        ledger_number=row.number,
        supersedes=tuple(orjson.loads(row.supersedes)),
        decision=orjson.loads(row.decision),
        begun_at=from_microseconds(row.begun_us),
        received_at=_moment(row.received_us),
        acknowledged_by=row.officer,
        attempts=tuple(
            (from_microseconds(each.begun_us), _moment(each.ended_us), each.result)
            for each in attempts
        ),
    )


def _explanation(row: Row[Any]) -> Explanation:
    return Explanation(
        match=row.match,
        match_class=row.match_class,
        match_status=row.status,
        channel=row.channel,
        outcome=row.outcome,
        policy_version=row.policy_version,
        decided_at=from_microseconds(row.decided_us),
        decision=orjson.loads(row.decision),
        held=tuple(orjson.loads(row.held)),
        parked_since=_moment(row.parked_us),
    )


def _scalar(connection: Connection, query: Select[tuple[int]]) -> int:
    return connection.execute(query).scalar_one()


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else from_microseconds(microseconds)
