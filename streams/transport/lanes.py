"""What one source partition has fetched, handed out and settled: bookkeeping without I/O.

A lane lives for one assignment. It hands out one batch at a time, so that the state of a later
batch can never overtake an earlier one; what arrives meanwhile gathers and is the next batch.
"""

import itertools
from collections import deque
from collections.abc import Iterable

from streams.transport.batch import Message

MAX_BATCH_RECORDS = 1000
MAX_BATCH_BYTES = 4 << 20


class Lane:
    """One source partition during one assignment."""

    __slots__ = (
        "_bytes", "handed_out", "next_offset", "pending", "progress_at", "settled",
    )  # fmt: skip

    def __init__(self, now: float = 0.0) -> None:
        """`now` on the monotonic clock: from when on progress is expected."""
        self.pending: deque[Message] = deque()
        self.handed_out: tuple[Message, ...] = ()
        """The batch in flight, empty if there is none."""
        self.settled: int | None = None
        """Offset to commit: one past the last record all of whose effects are durable."""
        self.progress_at = now
        """Monotonic seconds when the partition last got further."""
        self.next_offset = 0
        """The offset after the last record fetched; 0 before the first."""
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether a whole batch waits already, so that fetching more gains nothing."""
        return len(self.pending) >= MAX_BATCH_RECORDS or self._bytes >= MAX_BATCH_BYTES

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in flight and nothing waits."""
        return not (self.handed_out or self.pending)

    @property
    def oldest(self) -> Message | None:
        """The oldest record not settled."""
        if self.handed_out:
            return self.handed_out[0]
        return self.pending[0] if self.pending else None

    def offer(self, messages: Iterable[Message]) -> None:
        """Queue fetched records; those seen before (a seek went back) are dropped."""
        for message in messages:
            if message.offset >= self.next_offset:
                self.pending.append(message)
                self._bytes += len(message.value)
                self.next_offset = message.offset + 1

    def hand_out(self, now: float) -> bool:
        """Make the next batch, if none is in flight and records wait."""
        if self.handed_out or not self.pending:
            return False
        size = count = 0
        for message in itertools.islice(self.pending, MAX_BATCH_RECORDS):
            if count and size + len(message.value) > MAX_BATCH_BYTES:
                break
            size += len(message.value)
            count += 1
        self._bytes -= size
        self.handed_out = tuple(self.pending.popleft() for _ in range(count))
        self.progress_at = now
        return True

    def settle(self) -> None:
        """The batch in flight is durable."""
        self.settled = self.handed_out[-1].offset + 1
        self.handed_out = ()
