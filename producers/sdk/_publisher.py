"""The publisher: events in, receipts out, one broker in between."""

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError

from producers.sdk._exceptions import PublishError, ValidationError
from producers.sdk._message import SIGNED_TOGETHER, Message, Preparer, SigningKeyPair
from producers.sdk._results import Receipt, Rejected
from schemas.codec import Codec
from schemas.errors import Reason
from schemas.event import Event
from schemas.marking import Problem
from schemas.registry import load_lock
from schemas.topics import Topics, partition_of

_BATCHES_IN_FLIGHT = 4
_CLIENT = "liaison-sdk"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long the publisher waits, in seconds.

    `connect`: for a broker to answer at all. `acknowledge`: for one event, retries included.
    `gather`: for more events to sign together when they trickle in.
    """

    connect: float = 5.0
    acknowledge: float = 30.0
    gather: float = 0.02


class _Pending(Protocol):
    """What kafka-python returns for a message on its way."""

    def get(self, timeout: float) -> Any:
        """Return the position, or raise the KafkaError that befell the message."""


@dataclass(slots=True)
class _Sent:
    """One event on its way: a message and its future, or the reason it was never sent."""

    index: int
    event_id: str | None
    problems: tuple[Problem, ...] = ()
    message: Message | None = None
    pending: _Pending | None = None


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
        timeouts: Timeouts = Timeouts(),
    ) -> None:
        self._bootstrap = bootstrap
        self._timeouts = timeouts
        self._preparer = Preparer(Codec(load_lock()), source, Topics(namespace), key)
        self._producer: Any = None
        self._connecting = threading.Lock()

    def publish(self, event: Event) -> Receipt:
        """Publish one event and return its receipt, after the broker's acknowledgement.

        Raises ValidationError (nothing was sent), PublishError (not acknowledged; see there).
        """
        (message,) = self._preparer.sign([self._preparer.prepare(event)])
        result = self._settle(self._send(_Sent(0, message.event_id, message=message)))
        if isinstance(result, Rejected):
            raise PublishError(result.problems[0].message, retryable=False)
        return result

    def publish_many(self, events: Iterable[Event]) -> Iterator[Receipt | Rejected]:
        """Publish a stream of events; yield one result for each, in order.

        Reads ahead at most four signed batches of 256 events, then waits for the oldest. A
        broken event is a `Rejected` and the stream goes on; PublishError ends it, and says how
        many results were settled. Nothing is sent before the first result is asked for.
        """
        in_flight: deque[list[_Sent]] = deque()
        settled = 0
        try:
            for batch in self._gather(events):
                in_flight.append(self._send_batch(batch))
                if len(in_flight) > _BATCHES_IN_FLIGHT:
                    for sent in in_flight.popleft():
                        yield self._settle(sent)
                        settled += 1
            while in_flight:
                for sent in in_flight.popleft():
                    yield self._settle(sent)
                    settled += 1
        except PublishError as error:
            raise PublishError(
                error.detail, retryable=error.retryable, acknowledged=settled
            ) from None

    def close(self) -> None:
        """Send what is on its way, within the time-out, and disconnect."""
        if self._producer is not None:
            self._producer.close(timeout=self._timeouts.acknowledge)
            self._producer = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

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
        return _Sent(index, message.event_id, message=message)

    def _send_batch(self, batch: list[_Sent]) -> list[_Sent]:
        good = [sent for sent in batch if sent.message is not None]
        signed = self._preparer.sign([sent.message for sent in good if sent.message is not None])
        for sent, message in zip(good, signed, strict=True):
            sent.message = message
            self._send(sent)
        return batch

    def _send(self, sent: _Sent) -> _Sent:
        message = sent.message
        if message is None:
            return sent
        producer = self._connected()
        try:
            partitions = len(producer.partitions_for(message.topic))
            sent.pending = producer.send(
                message.topic,
                value=message.value,
                key=message.key,
                headers=list(message.headers),
                partition=partition_of(message.key, partitions),
            )
        except KafkaError as error:
            raise self._not_acknowledged(error) from None
        return sent

    def _settle(self, sent: _Sent) -> Receipt | Rejected:
        if sent.pending is None:
            return Rejected(sent.index, sent.event_id, sent.problems)
        try:
            position = sent.pending.get(timeout=self._timeouts.acknowledge + 1)
        except KafkaError as error:
            if error.retriable:
                raise self._not_acknowledged(error) from None
            message = f"the broker refused this event: {type(error).__name__}"
            return Rejected(
                sent.index, sent.event_id, (Problem(Reason.UNPROCESSABLE, "event", message),)
            )
        return Receipt(sent.event_id or "", position.topic, position.partition, position.offset)

    def _connected(self) -> Any:
        with self._connecting:
            if self._producer is None:
                try:
                    self._producer = KafkaProducer(**self._configuration())
                except KafkaError as error:
                    raise self._not_acknowledged(error) from None
            return self._producer

    def _configuration(self) -> dict[str, Any]:
        timeouts = self._timeouts
        return {
            "bootstrap_servers": self._bootstrap,
            "client_id": _CLIENT,
            "acks": "all",
            "enable_idempotence": True,
            "linger_ms": 10,
            "batch_size": 131_072,
            "bootstrap_timeout_ms": int(timeouts.connect * 1000),
            "max_block_ms": int(timeouts.connect * 1000),
            "request_timeout_ms": int(timeouts.acknowledge * 500),
            "delivery_timeout_ms": int(timeouts.acknowledge * 1000),
            "allow_auto_create_topics": False,
        }

    def _not_acknowledged(self, error: KafkaError) -> PublishError:
        """Drop the connection, whose state is unknown, and say what happened in plain words."""
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.close(timeout=0)
        return PublishError(
            f"the broker at {self._bootstrap} did not acknowledge ({type(error).__name__}); "
            "the event may be missing: publish it again, repeats collapse",
            retryable=True,
        )


def event_id_of(event: Event) -> str | None:
    """Return the event's id where it has one, however broken the rest is."""
    try:
        return event["header"]["event_id"]
    except (KeyError, TypeError):
        return None
