"""From a valid event to the message that goes on its agency's topic, signed in batches."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from producers.sdk._exceptions import ValidationError
from producers.sdk._fields import unknown_fields
from producers.sdk._validation import problems, strip_victim_media
from schemas import headers, signing
from schemas.catalogue import EVENT_TYPES
from schemas.codec import Codec
from schemas.errors import ContractError, Reason
from schemas.event import Event
from schemas.guard import MAX_VALUE_BYTES
from schemas.marking import Problem
from schemas.record import record_key
from schemas.topics import Topics

SIGNED_TOGETHER = 256
"""Most events under one signature."""

_SHAPELESS = (KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class SigningKeyPair:
    """An agency's Ed25519 key; its id is derived from the public half, as the register has it."""

    private_key: Ed25519PrivateKey

    @classmethod
    def load(cls, source: Path) -> Self:
        """Read a PKCS#8 PEM file; raises ConfigError when there is no Ed25519 key in it."""
        return cls(signing.load_private_key(source))

    @property
    def key_id(self) -> str:
        """First 16 hex digits of the SHA-256 of the raw public key."""
        return key_id(signing.public_bytes(self.private_key))


def key_id(public_key: bytes) -> str:
    """Return the id under which the register lists a raw public key."""
    return sha256(public_key).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Message:
    """A Kafka message; `headers` lack the signature until `sign` has added it."""

    event_id: str
    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


class Preparer:
    """Validates, strips, encodes and signs the events of one source system."""

    def __init__(self, codec: Codec, source: str, topics: Topics, key: SigningKeyPair) -> None:
        self._codec = codec
        self._source = source
        self._topics = topics
        self._key = key
        self._key_id = key.key_id.encode()

    def prepare(self, event: Event) -> Message:
        """Return the unsigned message; raises ValidationError, with every problem found."""
        event = self._valid(event)
        header = event["header"]
        kind = EVENT_TYPES[header["event_type"]]
        try:
            value = self._codec.encode(kind.schema_name, event)
        except ContractError:
            raise _shapeless() from None
        if len(value) > MAX_VALUE_BYTES:
            message = f"{len(value)} bytes encoded, at most {MAX_VALUE_BYTES}"
            raise ValidationError([Problem(Reason.OVERSIZED, "event", message)])
        return Message(
            event_id=header["event_id"],
            topic=self._topics.agency(kind.agency, kind.kind),
            key=record_key(header).encode(),
            value=value,
            headers=cloud_event_headers(event),
        )

    def _valid(self, event: Event) -> Event:
        try:
            if event["header"]["source"] != self._source:
                message = f"this publisher speaks for {self._source}"
                raise ValidationError([Problem(Reason.MALFORMED, "header.source", message)])
            event = strip_victim_media(event)
            found = problems(event)
            if event["header"]["event_type"] in EVENT_TYPES:
                found += unknown_fields(event["header"]["event_type"], event)
        except _SHAPELESS:
            raise _shapeless() from None
        if found:
            raise ValidationError(found)
        return event

    def sign(self, messages: Sequence[Message]) -> list[Message]:
        """Return the messages with signature headers, one signature over all of them."""
        leaves = [
            signing.event_leaf(each.topic, each.key, dict(each.headers), each.value)
            for each in messages
        ]
        signatures = signing.sign_batch(self._key.private_key, leaves)
        return [
            Message(
                each.event_id,
                each.topic,
                each.key,
                each.value,
                (
                    *each.headers,
                    (headers.KEY_ID, self._key_id),
                    (headers.SIGNATURE, signature),
                    (headers.PROOF, proof),
                ),
            )
            for each, (signature, proof) in zip(messages, signatures, strict=True)
        ]


def cloud_event_headers(event: Event) -> tuple[tuple[str, bytes], ...]:
    """Return the CloudEvents headers of an event and a new W3C trace context."""
    header = event["header"]
    return (
        (headers.CE_ID, header["event_id"].encode()),
        (headers.CE_SOURCE, header["source"].encode()),
        (headers.CE_TYPE, header["event_type"].encode()),
        (headers.CE_TIME, header["published_at"].isoformat().encode()),
        (headers.TRACEPARENT, _traceparent()),
    )


def _traceparent() -> bytes:
    random = secrets.token_hex(24)
    return f"00-{random[:32]}-{random[32:]}-01".encode()


def _shapeless() -> ValidationError:
    message = "not of the shape of schemas.event.Event"
    return ValidationError([Problem(Reason.MALFORMED, "event", message)])
