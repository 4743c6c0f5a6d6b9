"""The inbox sender: writes attempts of inbox channels into the inbox database, in batches."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from consumers.delivery.attempts import Attempt, Result
from consumers.delivery.lease import Lease
from consumers.inbox.rows import Delivery
from consumers.inbox.store import Inbox
from schemas.clock import Clock

Ending = tuple[Literal["received", "failed"], str]


class InboxSender:
    """One thread, so that a locked inbox holds up neither the vault nor the webhooks."""

    def __init__(
        self, inbox: Inbox, lease: Lease, clock: Clock, report: Callable[[Result], None]
    ) -> None:
        self._inbox = inbox
        self._lease = lease
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
        now, attempts = self._clock.now(), list(attempts)
        admitted: list[Attempt] = []
        try:
            self._inbox.receive(self._let_in(attempts, admitted), now)
            ending: Ending = ("received", "written")
        except SQLAlchemyError:
            ending = ("failed", "inbox_unavailable")
        finally:
            for each in admitted:
                self._lease.leave(each)
        numbers = {each.number for each in admitted}
        late = [Result(e, "failed", "late") for e in attempts if e.number not in numbers]
        return late + [Result(each, *ending) for each in admitted]

    def _let_in(self, attempts: Iterable[Attempt], admitted: list[Attempt]) -> Iterator[Delivery]:
        """Yield what may still be sent.

        # INVARIANT: asked inside the inbox's transaction; the gate stays open until its commit.
        """
        for each in attempts:
            if self._lease.enter(each):
                admitted.append(each)
                channel = each.channel
                yield Delivery(channel.office, channel.id, each.notice.to_cloudevent())

    def _run(self) -> None:
        while (attempts := self._queue.get()) is not None:
            for result in self.write(attempts):
                self._report(result)
