"""The publisher: events in, receipts out, one broker in between."""

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from producers.sdk._broker import Acknowledged, Broker, Timeouts
from producers.sdk._exceptions import NO_TOPIC, PublishError, ValidationError
from producers.sdk._message import SIGNED_TOGETHER, Message, Preparer, SigningKeyPair
from producers.sdk._results import Receipt, Rejected
from schemas.codec import Codec
from schemas.errors import Reason
from schemas.event import Event
from schemas.marking import Problem
from schemas.registry import load_lock
from schemas.topics import Topics

_BATCHES_IN_FLIGHT = 4
_DEFAULT_TIMEOUTS = Timeouts()


@dataclass(slots=True)
class _Sent:
    """One event on its way: the message and what waits for it, or why it was never sent."""

    index: int
    event_id: str | None
    message: Message | None = None
    problems: tuple[Problem, ...] = ()
    acknowledged: Acknowledged | None = None


class Publisher:
    """Publishes the events of one source system; safe to share between threads.

    Connects at the first event. Messages go out idempotent with acks=all: what has a receipt is
    on every in-sync replica. Use it as a context manager, or `close` it.
    """

    def __init__(
        self,
        bootstrap: str,
        *,
        source: str,
        key: SigningKeyPair,
        namespace: str = "liaison",
        timeouts: Timeouts = _DEFAULT_TIMEOUTS,
    ) -> None:
        self._bootstrap = bootstrap
        self._timeouts = timeouts
        self._preparer = Preparer(Codec(load_lock()), source, Topics(namespace), key)
        self._broker: Broker | None = None
        self._connecting = threading.Lock()

    def publish(self, event: Event) -> Receipt:
        """Publish one event and return its receipt, after the broker's acknowledgement.

        Raises ValidationError (nothing was sent), PublishError (not acknowledged; see there).
        """
        (message,) = self._preparer.sign([self._preparer.prepare(event)])
        sent = self._send(_Sent(0, message.event_id, message))
        result = self._settle(sent)
        if isinstance(result, Rejected):
            raise PublishError(result.problems[0].message, retryable=False)
        return result

    def publish_many(self, events: Iterable[Event]) -> Iterator[Receipt | Rejected]:
        """Publish a stream of events; yield one result for each, in order.

        Reads ahead at most four signed batches of 256 events, then waits for the oldest. A
        broken event is a `Rejected` and the stream goes on; PublishError ends it, and says how
        many results were settled. Nothing is sent before the first result is asked for.
        """
        settled = 0
        try:
            for sent in self._in_flight(events):
                yield self._settle(sent)
                settled += 1
        except PublishError as error:
            raise PublishError(
                error.detail,
                retryable=error.retryable,
                acknowledged=settled,
                code=error.code,
            ) from None

    def close(self) -> None:
        """Send what is on its way, within the time-out, and disconnect."""
        broker, self._broker = self._broker, None
        if broker is not None:
            broker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _in_flight(self, events: Iterable[Event]) -> Iterator[_Sent]:
        """Everything sent, oldest first, some batches behind what is being sent."""
        batches: deque[list[_Sent]] = deque()
        for batch in self._gather(events):
            batches.append(self._send_batch(batch))
            if len(batches) == _BATCHES_IN_FLIGHT:
                yield from batches.popleft()
        while batches:
            yield from batches.popleft()

    def _gather(self, events: Iterable[Event]) -> Iterator[list[_Sent]]:
        """Group prepared events: a batch closes when full, or when its first has waited."""
        batch: list[_Sent] = []
        deadline = 0.0
        for index, event in enumerate(events):
            if not batch:
                deadline = time.monotonic() + self._timeouts.gather
            batch.append(self._prepare(index, event))
            if len(batch) == SIGNED_TOGETHER or time.monotonic() >= deadline:
                yield batch
                batch = []
        if batch:
            yield batch

    def _prepare(self, index: int, event: Event) -> _Sent:
        try:
            message = self._preparer.prepare(event)
        except ValidationError as error:
            return _Sent(index, event_id_of(event), problems=error.problems)
        return _Sent(index, message.event_id, message)

    def _send_batch(self, batch: list[_Sent]) -> list[_Sent]:
        signed = iter(self._preparer.sign([s.message for s in batch if s.message is not None]))
        for sent in batch:
            if sent.message is not None:
                sent.message = next(signed)
                self._send(sent)
        return batch

    def _send(self, sent: _Sent) -> _Sent:
        if sent.message is not None:
            try:
                sent.acknowledged = self._connected().send(sent.message)
            except PublishError as error:
                self._refuse_or_give_up(sent, error)
        return sent

    def _settle(self, sent: _Sent) -> Receipt | Rejected:
        if sent.acknowledged is not None:
            try:
                return Receipt(sent.event_id or "", *sent.acknowledged())
            except PublishError as error:
                self._refuse_or_give_up(sent, error)
        return Rejected(sent.index, sent.event_id, sent.problems)

    def _refuse_or_give_up(self, sent: _Sent, error: PublishError) -> None:
        """A refusal is this event's own; without its topic, or after anything else, all end."""
        if error.retryable or error.code == NO_TOPIC:
            broker, self._broker = self._broker, None
            if broker is not None:
                broker.abandon()
            raise error
        sent.problems = (Problem(Reason.UNPROCESSABLE, "event", error.detail),)

    def _connected(self) -> Broker:
        with self._connecting:
            if self._broker is None:
                self._broker = Broker(self._bootstrap, self._timeouts)
            return self._broker


def event_id_of(event: Event) -> str | None:
    """Return the event's id where it has one, however broken the rest is."""
    try:
        return event["header"]["event_id"]
    except (KeyError, TypeError):
        return None
