"""The intake stage: admits agency messages to `record.v1`, sends the others to quarantine."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from schemas import headers
from schemas.errors import Reason
from schemas.record import Record
from schemas.topics import RECORD_SCHEMA, partition_of
from streams import poison
from streams.intake.core import Admitted, IntakePolicy, Refused, admit, normalise
from streams.transport.batch import MAX_OUTPUT_BYTES, Batch, Message

_FACTS_BYTES: Final = 2_048
"""Room for the quarantine's own headers beside an untouched value."""
_OWN_HEADERS: Final = frozenset(
    {*headers.CLOUD_EVENT_HEADERS, headers.TRACEPARENT, *headers.SIGNATURE_HEADERS}
)
"""Headers of the contract: all that stays of a message of which only the digest is kept."""


_RESERVED: Final = "liaison-"
"""Only Liaison writes such headers; a publisher's own would pass for facts of ours."""
_LAST_MS: Final = 253_402_300_799_000
"""9999-12-31T23:59:59Z, the last moment a header can name."""


class IntakeStage:
    """Agency topics to `record.v1`, keyed by record, and `quarantine.v1`. Keeps nothing."""

    name = "intake"
    table = False

    def __init__(self, policy: IntakePolicy) -> None:
        self.source_topics = tuple(policy.channels)
        self._policy = policy

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """See `Stage.process`. A refusal is an outcome like another; the stream goes on."""
        for message in messages:
            outcome = admit(message, self._policy)
            if isinstance(outcome, Admitted):
                self._forward(normalise(outcome, message, self._policy), message, batch)
            else:
                self._quarantine(outcome, message, batch)

    def recovered(self, partition: int, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Nothing is kept."""

    def revoked(self, partition: int) -> None:
        """Nothing is kept."""

    def poison(self, message: Message, error: Exception, batch: Batch) -> None:
        """See `Stage.poison`."""
        del error
        self._quarantine(Refused(Reason.UNPROCESSABLE), message, batch)

    def _forward(self, record: Record, message: Message, batch: Batch) -> None:
        key = record["header"]["record"].encode()
        batch.send(
            self._policy.topics.record,
            partition_of(key, self._policy.topics.partitions),
            key,
            self._policy.codec.encode(RECORD_SCHEMA, record),
            ((headers.ORIGIN, _position(message).encode()),),
        )

    def _quarantine(self, refused: Refused, message: Message, batch: Batch) -> None:
        """Keep the bytes where the law and the broker's message limit allow, else their digest."""
        origin = _position(message)
        size = len(message.value) + sum(len(n) + len(v) for n, v in message.headers)
        whole = refused.keeps_bytes and size + _FACTS_BYTES <= MAX_OUTPUT_BYTES
        facts = [
            *poison.reason_headers(origin, refused.reason, self.name, _datable(message)),
            (headers.KEPT, (headers.KEPT_BYTES if whole else headers.KEPT_DIGEST).encode()),
            (headers.DIGEST, sha256(message.value).hexdigest().encode()),
        ]
        if refused.agency is not None:
            facts.append((headers.AGENCY, refused.agency.encode()))
        if refused.record is not None:
            facts.append((headers.RECORD, refused.record.encode()))
        own = [
            (name, value)
            for name, value in message.headers
            if name in _OWN_HEADERS or (whole and not name.startswith(_RESERVED))
        ]
        value = message.value if whole else b""
        poison.send(self._policy.topics, batch, origin, value, (*facts, *own))


def _position(message: Message) -> str:
    """Where the message stands; what its own headers claim is not believed."""
    return headers.origin(message.topic, message.partition, message.offset)


def _datable(message: Message) -> Message:
    """The message with a publisher's timestamp, which may be any number, in the calendar."""
    return replace(message, timestamp_ms=min(max(message.timestamp_ms, 0), _LAST_MS))
