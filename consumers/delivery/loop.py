"""The loop of deliver: poll, take in, sequence, begin, hand to the senders; again."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from consumers.delivery.apply import Message
from consumers.delivery.attempts import Result
from consumers.delivery.dispatcher import Dispatcher, TakenIn
from consumers.delivery.health import Watch
from consumers.delivery.housekeeping import Housekeeping
from consumers.delivery.senders import Senders
from consumers.delivery.source import Source
from schemas.errors import TransientError

log = structlog.get_logger(__name__)

#: What makes the ledger unavailable: its database or its signer does not answer.
_UNAVAILABLE: Final = (SQLAlchemyError, OSError, TransientError)
_PAUSE_SECONDS: Final = 0.2
_HOUSEKEEPING_SECONDS: Final = 0.5

Done = TypeVar("Done")


class Loop:
    """Turns until told to stop.

    While the vault or the signer fails, what was polled is kept, nothing begins, and the loop
    tries again; it goes on by itself.
    """

    def __init__(
        self,
        *,
        dispatcher: Dispatcher,
        source: Source,
        senders: Senders,
        housekeeping: Housekeeping,
        watch: Watch,
        poll_seconds: float,
    ) -> None:
        self._dispatcher = dispatcher
        self._source = source
        self._senders = senders
        self._housekeeping = housekeeping
        self._watch = watch
        self._poll_seconds = poll_seconds
        self._messages: Sequence[Message] = ()
        self._results: list[Result] = []
        self._due: datetime | None = watch.clock.now()

    def run(self, stopping: threading.Event) -> None:
        """Turn until `stopping` is set."""
        kept_house = 0.0
        while not stopping.is_set():
            self._watch.condition.beat()
            if not self._messages:
                self._messages = self._source.poll(self._wait_seconds())
            self._count(self._senders.ended())
            try:
                changed = self._dispatcher.adopt()
                if changed or self._messages or self._results or self._is_due():
                    self._turn()
                if time.monotonic() - kept_house > _HOUSEKEEPING_SECONDS:
                    self._housekeeping.run(self._dispatcher, self._source)
                    # Commands write consents and reviews into the vault: nobody else tells of them.
                    self._due = self._next_due()
                    kept_house = time.monotonic()
            except _UNAVAILABLE as error:
                if self._watch.condition.fails("ledger", type(error).__name__):
                    log.error("ledger_unavailable", error=type(error).__name__)  # noqa: TRY400
                stopping.wait(_PAUSE_SECONDS)
            else:
                if self._watch.condition.works("ledger"):
                    log.info("ledger_available")

    def _turn(self) -> None:
        # INVARIANT: entries are sequenced before anything begins; where that fails, nothing does,
        # and the turn is due again: what it has taken in waits for no other message.
        self._due = self._watch.clock.now()
        metrics = self._watch.metrics
        for kind, count in self._dispatcher.sweep().items():
            metrics.timers.labels(kind).inc(count)
        taken = self._timed("take_in", self._take_in)
        for outcome in taken.outcomes:
            metrics.decisions.labels(outcome).inc()
        metrics.unreadable.inc(taken.unreadable)
        metrics.undecidable.inc(taken.undecidable)
        metrics.entries.inc(self._timed("sequence", self._dispatcher.sequence))
        capacity = self._senders.capacity()
        begun = self._timed("begin", lambda: self._dispatcher.begin(capacity))
        self._senders.submit(begun)
        self._due = self._next_due()

    def _next_due(self) -> datetime | None:
        capacity = self._senders.capacity()
        return self._dispatcher.next_due([c for c, room in capacity.items() if room <= 0])

    def _take_in(self) -> TakenIn:
        taken = self._dispatcher.take_in(self._messages, self._results)
        self._messages, self._results = (), []
        return taken

    def _count(self, ended: list[Result]) -> None:
        now_ms = self._watch.clock.now().timestamp() * 1_000
        for result in ended:
            attempt = result.attempt
            self._watch.metrics.attempts.labels(attempt.channel.kind, result.label).inc()
            if result.ending == "received":
                seconds = max(0.0, now_ms - attempt.published_ms) / 1_000
                self._watch.metrics.delivery.labels(attempt.match_class).observe(seconds)
        self._results += ended

    def _is_due(self) -> bool:
        return self._due is not None and self._due <= self._watch.clock.now()

    def _wait_seconds(self) -> float:
        return 0.0 if self._results or self._is_due() else self._poll_seconds

    def _timed(self, step: str, work: Callable[[], Done]) -> Done:
        with self._watch.metrics.turn.labels(step).time():
            return work()
