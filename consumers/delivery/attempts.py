"""Attempts: begun in the transaction that decides again, ended by a receipt or a failure.

One module: what an attempt says of itself, and the one place where it begins.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, cast

import orjson
import structlog
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from consumers.consent.reservations import reserve
from consumers.delivery.decider import UNDECIDABLE, Decider, Judgement, Situation
from consumers.delivery.followup import FollowUp, follow_up
from consumers.delivery.lease import LEASE
from consumers.ledger.sequencer import latest_checkpoint
from consumers.sharing.standing import Standing, begun, keep_days
from consumers.sqlite import Query, Upsert, compiled
from consumers.store.outbox import Row, postpone, put_row, sendable
from consumers.store.redecisions import ask
from consumers.store.standings import (
    Thread,
    decision_inputs,
    load_standing,
    save_decision,
    save_told,
)
from consumers.store.vault import ATTEMPT, FEED, NOTICE
from schemas.notice import Action, Checkpoint, Notice
from schemas.party import Channel
from schemas.record import from_microseconds, microseconds

log = structlog.get_logger(__name__)

#: A retry may say more ids (what was handed over since) and rest on newer inputs, nothing else.
_PUT_NOTICE: Final = Upsert(NOTICE, ("supersedes", "decision"))
_KNOWN: Final = Query(
    select(NOTICE.c.feed, NOTICE.c.begun_us).where(NOTICE.c.notice_id == bindparam("notice_id"))
)
_ONE_MORE: Final = insert(FEED)
_NEXT: Final = compiled(
    _ONE_MORE.on_conflict_do_update(
        index_elements=["channel"], set_={"number": FEED.c.number + _ONE_MORE.excluded.number}
    ).returning(FEED.c.number),
    ("channel", "number"),
)
_LOG: Final = compiled(
    insert(ATTEMPT).returning(ATTEMPT.c.attempt),
    ("notice_id", "log_size", "policy_version", "begun_us"),
)
#: How long one transaction goes on beginning attempts: a longer one would eat into the lease under
#: which its own first ones must send, and they would all be late.
_BEGINNING_SECONDS: Final = 0.1
_PARKED_PAUSE_US: Final = 100_000
_UNDECIDABLE_PAUSE_US: Final = 5_000_000
_UNKNOWN_CHANNEL_PAUSE_US: Final = 60_000_000
LATEST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one notice, running until `deadline`.

    No first byte may leave at or after `first_byte_by`, nor once its sender has received another
    policy than that of `policy_number`, by which it was decided.
    """

    number: int
    thread: Thread
    channel: Channel
    notice: Notice
    match_class: str
    deadline: datetime
    published_ms: int
    first_byte_by: datetime
    policy_number: int


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended.

    `received`: the recipient has it. `failed`: it may have it, try again. `refused`: it said no.
    `gone`: it will never take anything here. `over` says that no byte can still arrive.
    """

    attempt: Attempt
    ending: Literal["received", "failed", "refused", "gone"]
    label: str
    over: bool = True
    retry_after_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What attempts begin under.

    `capacity` is how many have room, by channel; `timeouts` how long one may run, by channel kind;
    `lease_end` until when the policy that decides may be gone by, None: it may not.
    """

    capacity: Mapping[str, int]
    timeouts: Mapping[str, timedelta]
    lease_end: datetime | None


def begin_attempts(
    connection: Connection, decider: Decider, terms: Terms, now: datetime
) -> list[Attempt]:
    """Begin what is due, per channel as many attempts as there is room for.

    From the commit of this transaction each attempt counts as disclosed, whether a byte of it
    leaves or not.
    """
    checkpoint = latest_checkpoint(connection)
    if checkpoint is None or terms.lease_end is None or terms.lease_end <= now:
        return []
    situations: dict[str, Situation | None] = {}
    started: list[Attempt] = []
    until = time.monotonic() + _BEGINNING_SECONDS
    for row in list(sendable(connection, terms.capacity, microseconds(now))):
        if started and time.monotonic() > until:
            break
        if row.match not in situations:
            situations[row.match] = decider.situation(connection, row.match)
        channel = decider.register.channels.get(row.channel)
        if channel is None:
            postpone(connection, row, microseconds(now) + _UNKNOWN_CHANNEL_PAUSE_US)
            continue
        beginning = _Beginning(connection, decider, checkpoint, row, now, terms)
        attempt = beginning.tried(situations[row.match], channel)
        if attempt is not None:
            started.append(attempt)
    return started


@dataclass(frozen=True, slots=True)
class _Beginning:
    """The begin of one attempt of one outbox row."""

    connection: Connection
    decider: Decider
    checkpoint: Checkpoint
    row: Row
    now: datetime
    terms: Terms

    def tried(self, situation: Situation | None, channel: Channel) -> Attempt | None:
        """Begin; what cannot be decided discloses nothing and stops nobody else."""
        try:
            with self.connection.begin_nested():
                return self.begin(situation, channel)
        except UNDECIDABLE as error:
            log.error(  # noqa: TRY400 - a traceback could quote a payload
                "notice_undecidable", match=self.row.match, error=type(error).__name__
            )
            pause = microseconds(self.now) + _UNDECIDABLE_PAUSE_US
            postpone(self.connection, self.row, pause)
            return None

    def begin(self, situation: Situation | None, channel: Channel) -> Attempt | None:
        """Decide again; begin only what is still to be said, word for word."""
        now_us, row = microseconds(self.now), self.row
        if situation is None or situation.match.status == "moved":
            ask(self.connection, row.match, now_us)
            return None
        standing = load_standing(self.connection, row.thread)
        judgement = self.decider.judge(situation, channel, standing, self.now)
        if judgement.parked:
            postpone(self.connection, row, now_us + _PARKED_PAUSE_US)
            return None
        if judgement.notice_id != row.notice_id:
            # Not allowed any more, or not in these words: the row is replaced, perhaps by a recall.
            ask(self.connection, row.match, now_us)
            return None
        until = judgement.decision.valid_until
        deadline = min(self.now + self.terms.timeouts[channel.kind], until or LATEST)
        reserve(self.connection, judgement.claims, judgement.for_notice)
        notice = self._disclose(situation, channel, standing, judgement)
        number = self._log(judgement)
        put_row(
            self.connection,
            replace(
                row,
                deadline_us=microseconds(deadline),
                attempt=number,
                attempts=row.attempts + 1,
            ),
        )
        return Attempt(
            number=number,
            thread=row.thread,
            channel=channel,
            notice=notice,
            match_class=situation.match.match_class,
            deadline=deadline,
            published_ms=situation.match.published_ms,
            first_byte_by=self._first_byte_by(judgement, deadline),
            policy_number=self.decider.in_force.number,
        )

    def _first_byte_by(self, judgement: Judgement, deadline: datetime) -> datetime:
        """Return the earliest of decision + lease, lease end, deadline and the consents' end."""
        ends = (self.terms.lease_end, judgement.consents_end)
        return min(self.now + LEASE, deadline, *(end for end in ends if end is not None))

    def _disclose(
        self, situation: Situation, channel: Channel, standing: Standing, judgement: Judgement
    ) -> Notice:
        """Write standing, feed number and notice; a retry keeps its number and its time."""
        row, thread, now_us = self.row, self.row.thread, microseconds(self.now)
        inputs = decision_inputs(situation.match, judgement.decision)
        save_decision(self.connection, thread, judgement.decision, inputs, now_us)
        self._tell(situation, channel, standing, judgement)
        supersedes = judgement.transition.supersedes
        known = _KNOWN(self.connection, notice_id=row.notice_id).one_or_none()
        feed = self._next_feed() if known is None else known.feed
        begun_us = now_us if known is None else known.begun_us
        begun_notice = {
            "notice_id": row.notice_id,
            "match": row.match,
            "channel": row.channel,
            "channel_kind": channel.kind,
            "action": row.action,
            "match_class": situation.match.match_class,
            "feed": feed,
            "supersedes": orjson.dumps(supersedes),
            "decision": inputs,
            "begun_us": begun_us,
        }
        _PUT_NOTICE(self.connection, begun_notice)
        return Notice(
            id=row.notice_id,
            action=cast("Action", row.action),
            time=from_microseconds(begun_us),
            subject=self.decider.subject(situation.match, channel),
            data=judgement.transition.content,
            supersedes=supersedes,
            feed=feed,
            checkpoint=self.checkpoint,
        )

    def _tell(
        self, situation: Situation, channel: Channel, standing: Standing, judgement: Judgement
    ) -> None:
        """Count the notice as disclosed from here on, with the timers that this begins."""
        told = begun(
            standing,
            self.row.notice_id,
            judgement.transition,
            microseconds(self.now),
            keep_days(judgement.decision.obligations),
        )
        save_told(self.connection, self.row.thread, told)
        after = FollowUp(situation, channel, told, judgement)
        follow_up(self.connection, self.row.thread, after, self.now)

    def _next_feed(self) -> int:
        """Give the channel its next number.

        # INVARIANT: in the attempt's own transaction, so that a decision that never began leaves
        # no gap from which a recipient could tell that something was withheld.
        """
        given = self.connection.exec_driver_sql(_NEXT, {"channel": self.row.channel, "number": 1})
        return int(given.scalar_one())

    def _log(self, judgement: Judgement) -> int:
        attempt = {
            "notice_id": self.row.notice_id,
            "log_size": self.checkpoint.size,
            "policy_version": judgement.decision.policy_version,
            "begun_us": microseconds(self.now),
        }
        return int(self.connection.exec_driver_sql(_LOG, attempt).scalar_one())
