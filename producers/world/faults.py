"""Input that must end in quarantine: one fault for every reason that a single message can have.

Each starts from a sound event that names somebody another office knows too, so that letting it
in would show as a false match.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Final

from producers.world.cast import Cast
from producers.world.operations import CITIES, somewhere
from producers.world.records import BIS, MIAMI, VICTIM_CENTER, Chain, Owner, Registry, Version
from schemas.catalogue import EventKind
from schemas.codec import Codec
from schemas.errors import Reason
from schemas.event import Entity, Event, Header
from schemas.places import MAX_REACH_METRES

_FRAME_BYTES: Final = 5
_UNKNOWN_ID: Final = (999_983).to_bytes(4, "big")
_OVERSIZED_CHARACTERS: Final = 270_000
"""Over what intake takes (256 KiB), under what the broker takes (320 KiB)."""
_IMAGE: Final = bytes(range(256)) * 4


class Signature(Enum):
    """How a raw value is signed: by its agency, by nobody, or by a key not the agency's."""

    RIGHT = "right"
    NONE = "none"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Raw:
    """A value that no publisher would send, and how it is signed."""

    value: bytes
    signature: Signature = Signature.RIGHT


def _as_it_is(event: Event) -> Event:
    return event


def _unspoilt(value: bytes) -> bytes:
    return value


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: with the event before encoding, with the bytes, the signature or the topic."""

    reason: Reason
    owner: Owner = MIAMI
    alter: Callable[[Event], Event] = _as_it_is
    spoil: Callable[[bytes], bytes] = _unspoilt
    signature: Signature = Signature.RIGHT
    kind: EventKind | None = None

    def raw(self, codec: Codec, schema_name: str, event: Event) -> Raw:
        """The bytes of the faulty event."""
        return Raw(self.spoil(codec.encode(schema_name, self.alter(event))), self.signature)


def _truncated(value: bytes) -> bytes:
    return value[: len(value) * 3 // 5]


def _of_unknown_schema(value: bytes) -> bytes:
    return value[:1] + _UNKNOWN_ID + value[_FRAME_BYTES:]


def _oversized(event: Event) -> Event:
    return {**event, "detail": {**event["detail"], "activity": "x" * _OVERSIZED_CHARACTERS}}


def _emptied(event: Event) -> Event:
    """So that the encoding ends in four empty lengths: entities, places, and two texts."""
    return {**event, "entities": [], "places": [], "detail": {"activity": "", "collection": ""}}


def _bomb(value: bytes) -> bytes:
    """Announces 10^12 entities: seven bytes that exhaust a decoder's memory."""
    return value[:-4] + _zigzag(10**12) + value[-4:]


def _zigzag(number: int) -> bytes:
    """Avro's variable-length form of a positive long."""
    raw, out = number << 1, bytearray()
    while raw > 0x7F:
        out.append(raw & 0x7F | 0x80)
        raw >>= 7
    out.append(raw)
    return bytes(out)


def _version_zero(event: Event) -> Event:
    return {**event, "header": {**event["header"], "version": 0}}


def _unknown_caveat(event: Event) -> Event:
    return {**event, "marking": {**event["marking"], "caveats": ["EYES_OF_NOBODY"]}}


def _without_predicate(event: Event) -> Event:
    return {**event, "marking": {**event["marking"], "predicate": None}}


def _with_protected_activity(event: Event) -> Event:
    first, *others = event["entities"]
    member: Entity = {
        **first,
        "associations": [
            {"kind": "religious", "description": "attends a congregation", "nexus": "none"}
        ],
    }
    return {**event, "entities": [member, *others]}


def _with_victim_media(event: Event) -> Event:
    first, *others = event["entities"]
    victim: Entity = {
        **first,
        "role": "victim",
        "attachments": [
            {"media_type": "image/png", "sha256": sha256(_IMAGE).digest(), "content": _IMAGE}
        ],
    }
    return {**event, "entities": [victim, *others]}


def _far_reaching(event: Event) -> Event:
    place = event["places"][0]
    return {**event, "places": [{**place, "radius_metres": 2 * MAX_REACH_METRES}]}


FAULTS: Final = (
    Fault(Reason.TRUNCATED, spoil=_truncated),
    Fault(Reason.OVERSIZED, alter=_oversized),
    Fault(Reason.UNSAFE, alter=_emptied, spoil=_bomb),
    Fault(Reason.UNKNOWN_SCHEMA, spoil=_of_unknown_schema),
    Fault(Reason.UNSIGNED, BIS, signature=Signature.NONE),
    Fault(Reason.BAD_SIGNATURE, BIS, signature=Signature.FORGED),
    Fault(Reason.WRONG_TOPIC, kind="case"),
    Fault(Reason.UNKNOWN_CAVEAT, alter=_unknown_caveat),
    Fault(Reason.NO_PREDICATE, alter=_without_predicate),
    Fault(Reason.PROTECTED_ACTIVITY, BIS, alter=_with_protected_activity),
    Fault(Reason.VICTIM_MEDIA, VICTIM_CENTER, alter=_with_victim_media),
    Fault(Reason.MALFORMED, alter=_version_zero),
    Fault(Reason.PLACE_TIME_TOO_LARGE, alter=_far_reaching),
)


def faulty(registry: Registry, fault: Fault, bait: Chain) -> Version:
    """A record of its own that names the first entity of `bait`, later to be spoilt by `fault`."""
    mark = registry.mark("victim" if fault.owner is VICTIM_CENTER else "plain")
    if fault.reason is Reason.PLACE_TIME_TOO_LARGE:
        place = somewhere(registry.rng, registry.now, CITIES, 0.9)
        chain = registry.operation(fault.owner, place, mark)
    else:
        chain = registry.subject(fault.owner, [_borrowed(registry.cast, bait)], mark)
    registry.chains.remove(chain)
    return chain.last


def _borrowed(cast: Cast, bait: Chain) -> Entity:
    entities = bait.versions[0].event["entities"]
    return {**entities[0], "id": "e1"} if entities else cast.company("e1")


def contested(registry: Registry, chain: Chain) -> Version:
    """Another text under the number of a version already written: one of the two must lose."""
    old = chain.last
    first, *others = old.event["entities"]
    header: Header = {**old.event["header"], "event_id": registry.event_id()}
    changed: Entity = {**first, "identifiers": [registry.cast.number("phone")]}
    at = old.at + registry.rng.uniform(0.01, 0.5) * (0.99 - old.at)
    late = 0.0 if registry.rng.random() < 0.5 else at - old.at + 0.01
    old.late = late
    return Version(at, {**old.event, "header": header, "entities": [changed, *others]})
