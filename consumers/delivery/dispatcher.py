"""The steps of deliver, each one vault transaction; a crash between any two loses nothing.

adopt      another policy: everything is asked for again
sweep      timers that are due become requests to decide again
take_in    messages, results, acknowledgements → vault; standings, entries, outbox rows
sequence   entries get their numbers, the tree its signed head
begin      sequenced rows are decided again and become attempts
exchange   refusals to the inbox, acknowledgements back from it
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from consumers.delivery.apply import Intake, Message
from consumers.delivery.attempts import Attempt, Result, Terms, begin_attempts
from consumers.delivery.decider import UNDECIDABLE, Decider
from consumers.delivery.exchange import (
    keep_acknowledgements,
    keep_verdicts,
    mark_told,
    untold,
    verdicts_upto,
)
from consumers.delivery.followup import watch_boundaries
from consumers.delivery.keeper import InForce
from consumers.delivery.lease import Lease
from consumers.delivery.receipts import RetryRules, end_attempts
from consumers.delivery.redecide import redecide
from consumers.inbox.rows import Acknowledgement, PersonVerdict, Refusal
from consumers.inbox.store import Inbox
from consumers.ledger.sequencer import Sign, sequence
from consumers.store.generation import acknowledged_upto, adopt, require
from consumers.store.redecisions import due, settle
from consumers.store.timers import next_timer_us, sweep
from consumers.store.vault import OUTBOX, REDECIDE
from schemas.clock import Clock
from schemas.errors import TransientError
from schemas.record import from_microseconds, microseconds

log = structlog.get_logger(__name__)

_UNDECIDABLE_PAUSE_US = 5_000_000
_NO_LEASE_PAUSE = timedelta(milliseconds=20)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What does not change while deliver runs. `origin` names the log in its checkpoints."""

    vault: Engine
    generation: int
    intake: Intake
    decider: Decider
    sign: Sign
    origin: str
    clock: Clock
    retry: RetryRules
    draw: Callable[[], float]
    timeouts: Mapping[str, timedelta]
    lease: Lease
    in_force: Callable[[], InForce]
    decisions_per_turn: int = 200


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a turn did: outcomes decided, messages and matches that could not be handled."""

    outcomes: tuple[str, ...]
    unreadable: int
    undecidable: int


class Dispatcher:
    """Moves the vault on. Holds no state of its own: a new one goes on where one was killed."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._at = dispatch

    @property
    def policy_number(self) -> int:
        """The number, in the policy book, of what is decided by."""
        return self._at.decider.in_force.number

    def take_in(self, messages: Sequence[Message], results: Sequence[Result]) -> TakenIn:
        """Write results and messages, and decide what they ask for.

        # INVARIANT: effects, offsets and the requests to decide again are one transaction.
        """
        outcomes: list[str] = []
        undecidable = 0
        with self._transaction() as (connection, now):
            end_attempts(connection, results, self._at.retry, self._at.draw, now)
            now_us = microseconds(now)
            unreadable = self._at.intake.apply(connection, messages, self._at.generation, now_us)
            for match in due(connection, now_us, self._at.decisions_per_turn):
                decided = self._redecide(connection, match, now)
                undecidable += decided is None
                outcomes += decided or ()
        return TakenIn(tuple(outcomes), unreadable, undecidable)

    def sequence(self) -> int:
        """Number the entries that wait; return how many."""
        with self._transaction() as (connection, now):
            return sequence(connection, self._at.sign, self._at.origin, now)

    def begin(self, capacity: Mapping[str, int]) -> list[Attempt]:
        """Begin attempts, per channel as many as there is room for, while the lease holds."""
        lease_end = self._at.lease.end(self._at.decider.in_force.number)
        terms = Terms(capacity, self._at.timeouts, lease_end)
        with self._transaction() as (connection, now):
            return begin_attempts(connection, self._at.decider, terms, now)

    def adopt(self) -> bool:
        """Decide by the policy in force; everything again where it changed. Return whether so."""
        in_force = self._at.in_force()
        if in_force is self._at.decider.in_force:
            return False
        with self._transaction() as (connection, now):
            adopt(connection, in_force.policy.version, microseconds(now))
            watch_boundaries(connection, in_force.policy, now)
        self._at = replace(self._at, decider=self._at.decider.under(in_force))
        return True

    def sweep(self) -> dict[str, int]:
        """Turn timers that are due into requests to decide again; return how many, by kind."""
        with self._transaction() as (connection, now):
            fired = sweep(connection, microseconds(now))
            if "policy" in fired:
                watch_boundaries(connection, self._at.decider.in_force.policy, now)
            return fired

    def exchange(self, inbox: Inbox) -> int:
        """Tell owners of their refused events, pull officers' ACKs and verdicts; return the ACKs.

        # INVARIANT: the inbox has a refusal before the vault calls it told.
        Raises TransientError when the inbox does not answer; an error of the vault stays its own.
        """
        with self._at.vault.connect() as connection:
            refusals, upto = untold(connection), acknowledged_upto(connection)
            verdicts = verdicts_upto(connection)
        pulled = _tell_and_pull(inbox, refusals, upto, verdicts)
        if refusals or any(pulled):
            with self._transaction() as (connection, _):
                mark_told(connection, refusals)
                keep_acknowledgements(connection, pulled.acknowledgements)
                keep_verdicts(connection, pulled.verdicts)
        return len(pulled.acknowledgements)

    def next_due(self, full: Collection[str]) -> datetime | None:
        """Return when there is work without any message; None: not before one comes.

        `full` channels have no room for another attempt.
        """
        rows = select(func.min(func.max(OUTBOX.c.due_us, OUTBOX.c.deadline_us))).where(
            OUTBOX.c.failed.is_(False), OUTBOX.c.channel.not_in(full)
        )
        with self._at.vault.connect() as connection:
            moments = (
                connection.execute(select(func.min(REDECIDE.c.due_us))).scalar(),
                connection.execute(rows).scalar(),
                next_timer_us(connection),
            )
        due = min((from_microseconds(at) for at in moments if at is not None), default=None)
        leased = self._at.lease.end(self._at.decider.in_force.number) is not None
        return due if leased or due is None else max(due, self._at.clock.now() + _NO_LEASE_PAUSE)

    def _redecide(self, connection: Connection, match: str, now: datetime) -> list[str] | None:
        """Decide one match; one that cannot be decided discloses nothing and stops nobody else."""
        try:
            with connection.begin_nested():
                return redecide(connection, self._at.decider, match, now)
        except UNDECIDABLE as error:
            log.error(  # noqa: TRY400 - a traceback could quote a payload
                "match_undecidable", match=match, error=type(error).__name__
            )
            settle(connection, match, microseconds(now) + _UNDECIDABLE_PAUSE_US)
            return None

    @contextmanager
    def _transaction(self) -> Iterator[tuple[Connection, datetime]]:
        with self._at.vault.begin() as connection:
            require(connection, self._at.generation)
            yield connection, self._at.clock.now()


class _Pulled(NamedTuple):
    acknowledgements: tuple[Acknowledgement, ...]
    verdicts: tuple[PersonVerdict, ...]


def _tell_and_pull(inbox: Inbox, refusals: Sequence[Refusal], upto: int, verdicts: int) -> _Pulled:
    try:
        if refusals:
            inbox.refuse(refusals)
        return _Pulled(inbox.acknowledgements_after(upto), inbox.verdicts_after(verdicts))
    except SQLAlchemyError as error:
        raise TransientError("inbox", type(error).__name__) from error
