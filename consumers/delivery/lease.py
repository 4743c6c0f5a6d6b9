"""The policy lease of a sender: the check before the first byte, and what a new policy waits for.

A policy that was received is confirmed only when no first byte of an earlier one can still leave:
every sender passes the gate with its first byte, and the gate closes before it confirms.
"""

import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Final, Protocol

from schemas.clock import Clock

LEASE: Final = timedelta(milliseconds=500)
"""How long a decision, and a reading of the policy, may be gone by."""


class Timely(Protocol):
    """What an attempt says of itself to the gate."""

    @property
    def first_byte_by(self) -> datetime:
        """No first byte at or after it."""

    @property
    def policy_number(self) -> int:
        """The policy it was decided by."""


class Lease:
    """One process's right to go by a policy; any thread may ask, one thread renews."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._gate = threading.Condition()
        self._inside = Counter[int]()
        """Who is inside, by the number of the policy they were let in by."""
        self._number = -1
        self._until: datetime | None = None

    def end(self, number: int) -> datetime | None:
        """Return until when attempts decided by `number` may begin; None: not now."""
        with self._gate:
            if number != self._number or self._until is None or self._clock.now() >= self._until:
                return None
            return self._until

    def renew(self, number: int, until: datetime, patience_seconds: float = 0.5) -> bool:
        """Go by `number` until then; return whether no first byte of another can still leave.

        # INVARIANT: the number changes before we wait, so that nobody new passes for the old one;
        # and every renewal waits for whoever passed for the old one, not only the first.
        """
        with self._gate:
            self._number, self._until = number, until
            return self._gate.wait_for(lambda: self._inside.keys() <= {number}, patience_seconds)

    def enter(self, attempt: Timely) -> bool:
        """Ask to send the first byte of an attempt; who is let in must `leave` once it is gone."""
        with self._gate:
            fresh = attempt.policy_number == self._number
            if not fresh or self._clock.now() >= attempt.first_byte_by:
                return False
            self._inside[attempt.policy_number] += 1
            return True

    def leave(self, attempt: Timely) -> None:
        """Say that what was let out of an attempt is out, or will never be."""
        with self._gate:
            self._inside -= Counter((attempt.policy_number,))
            self._gate.notify_all()
