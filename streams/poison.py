"""Quarantine records and their count. Every field is a function of the message, so that a replay
writes the same record again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from prometheus_client import Counter

from schemas import headers, metrics
from schemas.errors import Reason
from schemas.topics import Topics, partition_of
from streams.transport.batch import Batch, Message

QUARANTINED = Counter(metrics.QUARANTINED, "Refusals by reason; replays count again.", ["reason"])


def origin_of(message: Message) -> str:
    """Return the agency position a message carries, else the message's own."""
    for name, value in message.headers:
        if name == headers.ORIGIN:
            return value.decode()
    return headers.origin(message.topic, message.partition, message.offset)


def quarantine(topics: Topics, stage: str, message: Message, batch: Batch) -> None:
    """Put a message that a stage can't process aside, byte for byte, with its own headers."""
    origin = origin_of(message)
    facts = (
        *reason_headers(origin, Reason.UNPROCESSABLE, stage, message),
        (headers.KEPT, headers.KEPT_BYTES.encode()),
        (headers.DIGEST, sha256(message.value).hexdigest().encode()),
    )
    named = {name for name, _ in facts}
    own = tuple(pair for pair in message.headers if pair[0] not in named)
    send(topics, batch, origin, message.value, (*facts, *own))


def reason_headers(
    origin: str, reason: Reason, stage: str, message: Message
) -> tuple[tuple[str, bytes], ...]:
    """Return what every quarantine record says; the time is that of `message`."""
    first = datetime.fromtimestamp(message.timestamp_ms / 1000, UTC)
    return (
        (headers.ORIGIN, origin.encode()),
        (headers.REASON, reason.encode()),
        (headers.STAGE, stage.encode()),
        (headers.ATTEMPTS, b"1"),
        (headers.FIRST_FAILURE, first.isoformat(timespec="milliseconds").encode()),
    )


def send(
    topics: Topics, batch: Batch, origin: str, value: bytes, facts: Sequence[tuple[str, bytes]]
) -> None:
    """Send one quarantine record and count it; its key is its origin."""
    QUARANTINED.labels(dict(facts)[headers.REASON].decode()).inc()
    key = origin.encode()
    batch.send(topics.quarantine, partition_of(key, topics.partitions), key, value, facts)
