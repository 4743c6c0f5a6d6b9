"""What was refused: the records of the quarantine topic, and the messages they speak of."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaAdminClient, TopicPartition

from deploy.observation.topics import read_all, reader
from schemas import headers
from schemas.codec import Codec
from schemas.digest import content_digest
from schemas.errors import ContractError, Reason, TransientError

_POLL_MS: Final = 500
_DEADLINE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused message, without a byte of it.

    `origin` is where the agency published it, `position` where the quarantine speaks of it, both
    as `topic/partition/offset`. `digest` is the hex SHA-256 of its value; of a VERSION_CONFLICT,
    of the event's content.
    """

    origin: str
    reason: str
    stage: str
    agency: str | None
    record: str | None
    first_failure: str
    attempts: str
    kept: str
    digest: str
    position: str

    @classmethod
    def of(cls, message: Any) -> "Refusal":
        """Read a record of the quarantine topic."""
        found = dict(message.headers)

        def said(name: str) -> str:
            return str(found.get(name, b"").decode(errors="replace"))

        return cls(
            origin=said(headers.ORIGIN),
            reason=said(headers.REASON),
            stage=said(headers.STAGE),
            agency=said(headers.AGENCY) or None,
            record=said(headers.RECORD) or None,
            first_failure=said(headers.FIRST_FAILURE),
            attempts=said(headers.ATTEMPTS),
            kept=said(headers.KEPT),
            digest=said(headers.DIGEST),
            position=headers.origin(message.topic, message.partition, message.offset),
        )

    @property
    def value_position(self) -> str | None:
        """Where the refused bytes stand; None where only their digest was kept."""
        if self.reason == Reason.VERSION_CONFLICT:
            return self.origin
        return self.position if self.kept == headers.KEPT_BYTES else None

    def is_of(self, value: bytes, codec: Codec) -> bool:
        """Whether bytes read at `value_position` are the refused ones: a topic may be made anew."""
        if self.reason != Reason.VERSION_CONFLICT:
            return True
        try:
            event: Any = codec.decode_untrusted(value).datum
        except ContractError:
            return False
        return content_digest(event).hex() == self.digest


def refusals(messages: Iterable[Any]) -> list[Refusal]:
    """Return what was refused, oldest first; a replay's repeat of a refusal is the same one."""
    found = {(r.origin, r.reason): r for r in map(Refusal.of, messages)}
    return sorted(found.values(), key=lambda r: (r.first_failure, r.origin, r.reason))


def read_refusals(bootstrap: str, topic: str) -> list[Refusal]:
    """Read the quarantine to its present end; raises TransientError where there is no topic."""
    if topic not in existing_topics(bootstrap):
        raise TransientError("NO_TOPIC", f"{topic} does not exist; `liaison topics create`")
    return refusals(read_all(bootstrap, topic))


def existing_topics(bootstrap: str) -> set[str]:
    """Return the names of every topic of a broker."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        return set(admin.list_topics())
    finally:
        admin.close()


def message_at(bootstrap: str, position: str) -> Any:
    """Return the message at `topic/partition/offset`; None once it is no longer kept."""
    topic, partition, offset = headers.parse_origin(position)
    place = TopicPartition(topic, partition)
    consumer = reader(bootstrap)
    try:
        if partition in (consumer.partitions_for_topic(topic) or ()):
            first = consumer.beginning_offsets([place])[place]
            if first <= offset < consumer.end_offsets([place])[place]:
                consumer.assign([place])
                consumer.seek(place, offset)
                return _next(consumer, place)
    finally:
        consumer.close()
    return None


def _next(consumer: Any, place: Any) -> Any:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while time.monotonic() < deadline:
        for record in consumer.poll(_POLL_MS, max_records=1).get(place, ()):
            return record
    raise TransientError("BROKER", f"{place.topic}: no answer in {_DEADLINE_SECONDS:.0f} s")
