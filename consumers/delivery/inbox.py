"""The inbox sender: writes attempts of inbox channels into the inbox database, in batches."""

import queue
import threading
from collections.abc import Callable, Iterable

from sqlalchemy.exc import SQLAlchemyError

from consumers.delivery.attempts import Attempt, Result
from consumers.inbox.rows import Delivery
from consumers.inbox.store import Inbox
from schemas.clock import Clock


class InboxSender:
    """One thread, so that a locked inbox holds up neither the vault nor the webhooks."""

    def __init__(self, inbox: Inbox, clock: Clock, report: Callable[[Result], None]) -> None:
        self._inbox = inbox
        self._clock = clock
        self._report = report
        self._queue: queue.SimpleQueue[list[Attempt] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, attempts: Iterable[Attempt]) -> None:
        """Take begun attempts; every one of them is reported once."""
        self._queue.put(list(attempts))

    def stop(self) -> None:
        """Finish what was taken, then end."""
        self._queue.put(None)
        self._thread.join()

    def write(self, attempts: Iterable[Attempt]) -> list[Result]:
        """Write attempts in one inbox transaction and return how each ended."""
        now = self._clock.now()
        attempts = list(attempts)
        # INVARIANT: no first byte at or after the deadline.
        timely = [each for each in attempts if now < each.deadline]
        late = [Result(each, "failed", "late") for each in attempts if now >= each.deadline]
        deliveries = [
            Delivery(each.channel.office, each.channel.id, each.notice.to_cloudevent())
            for each in timely
        ]
        try:
            self._inbox.receive(deliveries, now)
        except SQLAlchemyError:
            return late + [Result(each, "failed", "inbox_unavailable") for each in timely]
        return late + [Result(each, "received", "written") for each in timely]

    def _run(self) -> None:
        while (attempts := self._queue.get()) is not None:
            for result in self.write(attempts):
                self._report(result)
