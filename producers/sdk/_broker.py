"""The connection to Kafka: an idempotent kafka-python producer, made and given up in one place."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from kafka import KafkaAdminClient, KafkaProducer
from kafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError

from producers.sdk._exceptions import NO_TOPIC, PublishError
from producers.sdk._message import Message
from schemas.topics import partition_of

_CLIENT = "liaison-sdk"
_LINGER_MS = 10
_BATCH_BYTES = 131_072


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long the publisher waits, in seconds.

    `connect`: for a broker to answer at all. `acknowledge`: for one event, retries included.
    `gather`: for more events to sign together when they trickle in.
    """

    connect: float = 5.0
    acknowledge: float = 30.0
    gather: float = 0.02


class Position(NamedTuple):
    """Where an acknowledged message stands."""

    topic: str
    partition: int
    offset: int


Acknowledged = Callable[[], Position]
"""Waits for the broker's acknowledgement; raises PublishError, not retryable where the broker
refused this message for good."""


class Broker:
    """Sends messages to the partition of their key; every failure is a PublishError.

    INVARIANT: acks=all and idempotence: what is acknowledged is on every in-sync replica, once,
    and messages of one partition stay in the order in which they were sent.
    """

    def __init__(self, bootstrap: str, timeouts: Timeouts) -> None:
        self._bootstrap = bootstrap
        self._timeouts = timeouts
        self._producer = self._connect()

    def send(self, message: Message) -> Acknowledged:
        """Hand a message over; return what waits for its position. Raises PublishError."""
        try:
            partitions = self._partitions(message.topic)
            future = self._producer.send(
                message.topic,
                value=message.value,
                key=message.key,
                headers=list(message.headers),
                partition=partition_of(message.key, partitions),
            )
        except KafkaError as error:
            raise self._failure(error) from None
        return partial(self._position, future)

    def _partitions(self, topic: str) -> int:
        """How many partitions a topic has; raises PublishError where there is none."""
        try:
            return len(self._producer.partitions_for(topic))
        except KafkaTimeoutError as error:
            if self._lacks(topic):
                raise PublishError(
                    f"topic {topic} does not exist on the broker at {self._bootstrap}; "
                    "`liaison topics create` makes it",
                    retryable=False,
                    code=NO_TOPIC,
                ) from None
            raise self._failure(error) from None

    def _lacks(self, topic: str) -> bool:
        """Ask the broker once for its topics; one that does not answer lacks none."""
        try:
            admin = KafkaAdminClient(
                bootstrap_servers=self._bootstrap.split(","),
                bootstrap_timeout_ms=int(self._timeouts.connect * 1000),
            )
        except KafkaError:
            return False
        try:
            return topic not in admin.list_topics()
        except KafkaError:
            return False
        finally:
            admin.close()

    def close(self) -> None:
        """Send what is on its way, within the time-out, and disconnect."""
        try:
            self._producer.close(timeout=self._timeouts.acknowledge)
        except KafkaError:
            self.abandon()

    def abandon(self) -> None:
        """Disconnect at once; what is not acknowledged yet fails."""
        # close() alone flushes first, which raises, and leaves the sender trying for ever.
        self._producer._sender.force_close()  # noqa: SLF001
        self._producer._sender.join(self._timeouts.connect)  # noqa: SLF001
        self._producer.close(timeout=0)

    def _position(self, future: Any) -> Position:
        try:
            at = future.get(timeout=self._timeouts.acknowledge + 1)
        except KafkaError as error:
            raise self._failure(error) from None
        return Position(at.topic, at.partition, at.offset)

    def _connect(self) -> Any:
        seconds = self._timeouts
        self._probe()
        try:
            return KafkaProducer(
                bootstrap_servers=self._bootstrap.split(","),
                client_id=_CLIENT,
                acks="all",
                enable_idempotence=True,
                linger_ms=_LINGER_MS,
                batch_size=_BATCH_BYTES,
                bootstrap_timeout_ms=int(seconds.connect * 1000),
                max_block_ms=int(seconds.connect * 1000),
                request_timeout_ms=int(seconds.acknowledge * 500),
                delivery_timeout_ms=int(seconds.acknowledge * 1000),
                allow_auto_create_topics=False,
            )
        except KafkaError as error:
            raise self._failure(error) from None

    def _probe(self) -> None:
        """See that something listens: kafka-python would leak a socket for each try to connect."""
        for address in self._bootstrap.split(","):
            host, _, port = address.rpartition(":")
            try:
                socket.create_connection((host, int(port)), self._timeouts.connect).close()
            except OSError:
                continue
            return
        raise self._failure(KafkaConnectionError())

    def _failure(self, error: KafkaError) -> PublishError:
        if not error.retriable:
            return PublishError(
                f"the broker refused this event ({type(error).__name__})", retryable=False
            )
        return PublishError(
            f"the broker at {self._bootstrap} did not acknowledge ({type(error).__name__}); "
            "it may lack the event: publish it again, repeats collapse",
            retryable=True,
        )
