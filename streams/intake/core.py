"""Admission: one foreign message in, a record or one reason out. Pure; never raises on any bytes.

The order of the checks is the contract: it decides the reason where several apply, and nothing is
decoded in full before size, signature headers, frame and counting walk have let it through.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple, cast

from schemas import headers
from schemas.catalogue import EVENT_TYPES, SOURCES, EventKind
from schemas.codec import Codec
from schemas.digest import content_digest
from schemas.errors import KEPT_BY_DIGEST, ContractError, Reason
from schemas.event import Event, Header
from schemas.guard import MAX_VALUE_BYTES
from schemas.marking import problems
from schemas.party import Register, SigningKey
from schemas.record import Record, microseconds, owner, record_key, sides
from schemas.signing import event_leaf, verify
from schemas.topics import Topics
from streams.correlate.features import extract
from streams.intake import content
from streams.intake.case import subject_facts
from streams.transport.batch import Message

_KINDS: Final[tuple[EventKind, ...]] = ("case", "intelligence")


class Channel(NamedTuple):
    """Whose events an agency topic carries, and of which kind."""

    agency: str
    kind: EventKind


@dataclass(frozen=True)
class IntakePolicy:
    """What intake decides by. `secret` keys blocking keys and fingerprints (1 to 64 bytes)."""

    codec: Codec
    register: Register
    topics: Topics
    secret: bytes = field(repr=False)

    @cached_property
    def channels(self) -> dict[str, Channel]:
        """Agency topics by name: those of every agency with a source system."""
        return {
            self.topics.agency(agency, kind): Channel(agency, kind)
            for agency in sorted(set(SOURCES.values()))
            for kind in _KINDS
        }


@dataclass(frozen=True, slots=True)
class Admitted:
    """An event that may be correlated, with its publisher's agency and its content digest."""

    event: Event
    agency: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an event goes to quarantine, and what is known of it; no payload."""

    reason: Reason
    agency: str | None = None
    record: str | None = None

    @property
    def keeps_bytes(self) -> bool:
        """False where not even quarantine may hold the content."""
        return self.reason not in KEPT_BY_DIGEST


def admit(message: Message, policy: IntakePolicy) -> Admitted | Refused:
    """Admit or refuse one agency message; total over all bytes, headers and topics."""
    channel = policy.channels.get(message.topic)
    agency = channel.agency if channel else None
    record: str | None = None
    try:
        key = _signed(message, policy)
        schema_name, header = policy.codec.decode_header(message.value)
        if not key.covers(header["source"], header["published_at"]):
            return Refused(Reason.BAD_SIGNATURE, agency)
        if channel is None or not _fits(channel, key, schema_name, header):
            return Refused(Reason.WRONG_TOPIC, agency)
        event = cast("Event", policy.codec.decode(message.value).datum)
        marked = {found.reason for found in problems(event["marking"])}
        offices = policy.register.offices
        if Reason.MALFORMED in marked or content.malformed(event, channel.agency, offices):
            return Refused(Reason.MALFORMED, agency)
        record = record_key(header)
        if reason := _refusal(event, marked):
            return Refused(reason, agency, record)
        return Admitted(event, channel.agency, content_digest(event))
    except ContractError as error:
        return Refused(Reason(error.code), agency, record)


def normalise(admitted: Admitted, message: Message, policy: IntakePolicy) -> Record:
    """The record version as the pipeline carries it: postings first, the agency's bytes last."""
    header = admitted.event["header"]
    roles = {entity["id"]: entity["role"] for entity in admitted.event["entities"]}
    facts = subject_facts(admitted.event, policy.secret)
    return {
        "header": {
            "record": record_key(header),
            "version": header["version"],
            "published_at_us": microseconds(header["published_at"]),
            "digest": admitted.digest,
            "operation": header["operation"],
            "event_type": header["event_type"],
            "event_id": header["event_id"],
            "owner": owner(admitted.agency, header),
            "sides": list(sides(admitted.agency, header)),
            "published_ms": message.timestamp_ms,
            "occurred_at_us": microseconds(header["occurred_at"]),
        },
        "entities": [
            {
                "entity": posted.entity,
                "kind": posted.kind,
                "keys": list(posted.keys),
                "features": posted.features,
                "role": roles.get(posted.entity, ""),
                "facts": facts.get(posted.entity, []),
                "finer": [{"key": key, "keys": list(finer)} for key, finer in posted.finer],
            }
            for posted in extract(admitted.event, policy.secret)
        ],
        "event": message.value,
    }


def _signed(message: Message, policy: IntakePolicy) -> SigningKey:
    """The key under which a message of safe size and shape is truly signed.

    Raises:
        ContractError: OVERSIZED, UNSIGNED, what the guard finds, BAD_SIGNATURE; in this order.
    """
    if len(message.value) > MAX_VALUE_BYTES:
        raise ContractError(Reason.OVERSIZED, f"more than {MAX_VALUE_BYTES} bytes")
    named = dict(message.headers)
    if not all(named.get(name) for name in headers.SIGNATURE_HEADERS):
        raise ContractError(Reason.UNSIGNED, "a signature header is missing")
    policy.codec.inspect(message.value)
    key = policy.register.keys.get(named[headers.KEY_ID].decode(errors="replace"))
    leaf = event_leaf(message.topic, message.key or b"", named, message.value)
    if key is None or not verify(
        key.public_key, leaf, named[headers.SIGNATURE], named[headers.PROOF]
    ):
        raise ContractError(Reason.BAD_SIGNATURE, "no key of the register signed this")
    return key


def _fits(channel: Channel, key: SigningKey, schema_name: str, header: Header) -> bool:
    """Whether topic, key, type and source are all of one agency, and the kind is the topic's."""
    event_type = EVENT_TYPES[schema_name]
    return (
        channel == (event_type.agency, event_type.kind)
        and key.agency == channel.agency
        and header["source"] == event_type.source
    )


def _refusal(event: Event, marked: AbstractSet[Reason]) -> Reason | None:
    """The first reason that forbids a well-formed event."""
    for reason in content.forbidden(event):
        return reason
    if Reason.UNKNOWN_CAVEAT in marked:
        return Reason.UNKNOWN_CAVEAT
    if content.too_large(event):
        return Reason.PLACE_TIME_TOO_LARGE
    return None
