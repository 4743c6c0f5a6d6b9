"""Keeps the policy lease: reads the policy book, swaps the policy in force, confirms."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError

from consumers.delivery.lease import LEASE, Lease
from consumers.sharing.policy import Policy
from consumers.sharing.suspension import under, unsuspended
from consumers.store.policies import Grant, PolicyBook
from schemas.clock import Clock
from schemas.errors import ConfigError

log = structlog.get_logger(__name__)

_POLL_SECONDS: Final = 0.02
_RENEW_BEFORE: Final = timedelta(milliseconds=250)

Base = Callable[[Mapping[str, bytes]], Policy]
"""From documents that were distributed to the policy of all documents, acts aside."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A policy with its number in the book; `unsuspended` as if no agreement were suspended."""

    number: int
    policy: Policy
    unsuspended: Policy | None = None


class Keeper:
    """Polls the book in a thread of its own; what is in force is swapped whole.

    A book that does not answer lets the lease lapse:
    nothing is sent until it answers again.
    """

    def __init__(
        self,
        book: PolicyBook,
        base: Base,
        lease: Lease,
        clock: Clock,
        *,
        poll_seconds: float = _POLL_SECONDS,
    ) -> None:
        self._book = book
        self._base = base
        self._lease = lease
        self._clock = clock
        self._poll_seconds = poll_seconds
        # Of this start alone: what an earlier start may still send is not confirmed by this one.
        self._holder = uuid4().hex
        self._renew_at = clock.now()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="policy", daemon=True)
        self._granted = -1
        self.in_force = self._built(0)
        self.turn()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End it; the lease lapses by itself."""
        self._stopping.set()
        self._thread.join()

    def turn(self) -> None:
        """Ask for the number in force where it changed or the lease nears its end."""
        if self._book.number() != self._granted or self._clock.now() >= self._renew_at:
            self.receive(self.ask())

    def ask(self) -> Grant:
        """Read the number in force with the right to go by it for a while."""
        return self._book.grant(self._holder, self._clock.now(), LEASE)

    def receive(self, grant: Grant) -> None:
        """Go by what was read, then confirm, then put it in force.

        # INVARIANT: confirmed before it is compiled: a suspension waits for no compiler, and
        # nothing is decided by the new number before it can be.
        """
        self._renew_at, self._granted = grant.until - _RENEW_BEFORE, grant.number
        if self._lease.renew(grant.number, grant.until):
            self._book.confirm(self._holder, grant.number)
        if grant.number > self.in_force.number:
            self.in_force = self._built(grant.number)
            log.info("policy_in_force", number=grant.number)

    def _built(self, number: int) -> InForce:
        found, acts, documents = self._book.read()
        while found < number:
            found, acts, documents = self._book.read()
        now = self._clock.now()
        policy = under(self._base(documents), acts, now)
        return InForce(found, policy, unsuspended(policy, now))

    def _run(self) -> None:
        while not self._stopping.wait(self._poll_seconds):
            try:
                self.turn()
            except (SQLAlchemyError, ConfigError) as error:
                log.error("policy_unavailable", error=type(error).__name__)  # noqa: TRY400
