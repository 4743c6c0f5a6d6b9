"""What deliver does now and then: gauges, the alarm for parked matches, the exchange with inbox."""

from typing import Final

import structlog
from sqlalchemy import Engine

from consumers.delivery.dispatcher import Dispatcher
from consumers.delivery.health import Watch
from consumers.delivery.source import Source
from consumers.inbox.store import Inbox
from consumers.sharing.outcome import Outcome
from consumers.store.queries import backlog, standings_by_outcome
from consumers.store.standings import oldest_parked_us
from schemas.errors import TransientError
from schemas.record import microseconds

log = structlog.get_logger(__name__)

PARKED_ALARM_SECONDS: Final = 5.0


class Housekeeping:
    """Runs between turns of the loop; nothing that is delivered waits for it."""

    def __init__(self, vault: Engine, inbox: Inbox, watch: Watch) -> None:
        self._vault = vault
        self._inbox = inbox
        self._metrics = watch.metrics
        self._condition = watch.condition
        self._clock = watch.clock
        self._alarmed = False

    def run(self, dispatcher: Dispatcher, source: Source) -> None:
        """Do one round."""
        self._exchange(dispatcher)
        for topic, waiting in source.lag():
            self._metrics.lag.labels(topic).set(waiting)
        standings = standings_by_outcome(self._vault)
        for outcome in Outcome:
            self._metrics.standings.labels(outcome).set(standings.get(outcome, 0))
        waiting_rows = backlog(self._vault)
        self._metrics.outbox.set(waiting_rows["outbox"])
        self._metrics.failed.set(waiting_rows["failed"])
        self._metrics.parked.set(waiting_rows["parked"])
        self._watch_parked()

    def _exchange(self, dispatcher: Dispatcher) -> None:
        try:
            self._metrics.acknowledged.inc(dispatcher.exchange(self._inbox))
        except TransientError as error:
            if self._condition.fails("inbox", error.detail):
                log.error("inbox_unavailable", error=error.detail)  # noqa: TRY400 - no traceback
        else:
            self._condition.works("inbox")

    def _watch_parked(self) -> None:
        """Alarm once per stretch: a match waits longer than its record can take to arrive."""
        with self._vault.connect() as connection:
            since = oldest_parked_us(connection)
        age = 0.0 if since is None else (microseconds(self._clock.now()) - since) / 1e6
        self._metrics.parked_age.set(age)
        late = age > PARKED_ALARM_SECONDS
        if late and not self._alarmed:
            log.error("standings_parked", seconds=round(age, 1))
        self._alarmed = late
