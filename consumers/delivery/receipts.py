"""What the end of an attempt changes: receipts shorten what a recipient may hold, failures wait."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, update

from consumers.delivery.attempts import Result
from consumers.delivery.backoff import Backoff
from consumers.sharing.standing import Standing
from consumers.sqlite import Query
from consumers.store.outbox import Row, load_row, put_row, remove_row
from consumers.store.redecisions import hasten
from consumers.store.standings import load_standing, save_told
from consumers.store.vault import ATTEMPT, NOTICE
from schemas.notice import Notice
from schemas.record import microseconds

_END: Final = Query(
    update(ATTEMPT)
    .where(ATTEMPT.c.attempt == bindparam("number"))
    .values(ended_us=bindparam("now_us"), result=bindparam("label"))
)
_RECEIVE: Final = Query(
    update(NOTICE)
    .where(NOTICE.c.notice_id == bindparam("id"), NOTICE.c.received_us.is_(None))
    .values(received_us=bindparam("now_us"))
)


@dataclass(frozen=True, slots=True)
class RetryRules:
    """How failures are treated; `refusals` is how often a receiver may say no before we stop."""

    backoff: Backoff = field(default_factory=Backoff)
    refusals: int = 3


def end_attempts(
    connection: Connection,
    results: Iterable[Result],
    rules: RetryRules,
    draw: Callable[[], float],
    now: datetime,
) -> None:
    """Write how attempts ended. `draw` gives uniform numbers in [0, 1) for the jitter."""
    now_us = microseconds(now)
    for result in results:
        attempt = result.attempt
        _END(connection, number=attempt.number, now_us=now_us, label=result.label)
        row = load_row(connection, attempt.thread)
        mine = row if row is not None and row.notice_id == attempt.notice.id else None
        if result.ending == "received":
            _received(connection, result, mine, now_us)
        elif mine is not None and mine.attempt == attempt.number:
            delay = rules.backoff.delay_seconds(mine.attempts, draw(), result.retry_after_seconds)
            put_row(connection, _after_failure(mine, result, rules, now_us + int(delay * 1e6)))
        hasten(connection, attempt.thread.match, now_us)


def received(standing: Standing, notice: Notice) -> Standing:
    """Return the standing once a receipt is known: what the notice superseded is covered by it.

    Exactly the ids that the notice named are covered, so that a late receipt never covers an id
    which was handed over after it left. A recall leaves nothing of itself.
    """
    covered = set(notice.supersedes) | ({notice.id} if notice.data is None else set())
    held = tuple(each for each in standing.held if each.notice_id not in covered)
    alone = len(held) == 1 and held[0].notice_id == notice.id
    return replace(standing, held=held, acknowledged=alone)


def _received(connection: Connection, result: Result, row: Row | None, now_us: int) -> None:
    notice, thread = result.attempt.notice, result.attempt.thread
    save_told(connection, thread, received(load_standing(connection, thread), notice))
    _RECEIVE(connection, id=notice.id, now_us=now_us)
    if row is not None:
        remove_row(connection, thread)


def _after_failure(row: Row, result: Result, rules: RetryRules, due_us: int) -> Row:
    refusals = row.refusals + (result.ending == "refused")
    return replace(
        row,
        due_us=due_us,
        deadline_us=0 if result.over else row.deadline_us,
        refusals=refusals,
        failed=result.ending == "gone" or refusals >= rules.refusals,
    )
