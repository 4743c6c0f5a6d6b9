"""Every way in which intake refuses an event, and which reason wins where several apply."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from schemas.errors import Reason
from schemas.guard import MAX_VALUE_BYTES
from streams.transport.batch import Message
from tests.support.events import PUBLISHED_AT, build_marking, build_person, build_place
from tests.support.intake_world import (
    CANARY,
    CASE_OPENED,
    PHOTO,
    REQUEST_MADE,
    STRANGER,
    TOPICS,
    VICTIM_IDENTIFIED,
    association,
    case,
    encoded,
    field_marking,
    header,
    person,
    policy,
    signed,
    subject,
    unsigned,
)

REFUSALS: list[tuple[str, Reason, Callable[[], Message]]] = [
    ("too big", Reason.OVERSIZED, lambda: signed(b"\x00" * (MAX_VALUE_BYTES + 1))),
    ("no proof", Reason.UNSIGNED, unsigned),
    ("no frame", Reason.UNKNOWN_SCHEMA, lambda: signed(b'{"name": "Zzyzx-Canary"}')),
    ("unknown id", Reason.UNKNOWN_SCHEMA, lambda: signed(b"\x00\xff\xff\xff\xff" + encoded()[5:])),
    (
        "a pipeline schema",
        Reason.UNKNOWN_SCHEMA,
        lambda: signed(policy().codec.encode("liaison.VerdictBlock", {"verdicts": []})),
    ),
    ("cut", Reason.TRUNCATED, lambda: signed(encoded()[:-9])),
    ("empty", Reason.TRUNCATED, lambda: signed(b"")),
    ("trailing bytes", Reason.UNSAFE, lambda: signed(encoded() + b"\x00")),
    ("changed", Reason.BAD_SIGNATURE, lambda: replace(subject(), value=encoded(CASE_OPENED))),
    ("moved", Reason.BAD_SIGNATURE, lambda: replace(subject(), topic=TOPICS.agency("HSI", "case"))),
    ("a stranger", Reason.BAD_SIGNATURE, lambda: signed(encoded(), private_key=STRANGER)),
    (
        "an expired key",
        Reason.BAD_SIGNATURE,
        lambda: subject(header=header(published_at=PUBLISHED_AT + timedelta(days=31))),
    ),
    (
        "a source the key is not for",
        Reason.BAD_SIGNATURE,
        lambda: subject(header=header(source="hsi.tips")),
    ),
    (
        "intelligence on a case topic",
        Reason.WRONG_TOPIC,
        lambda: signed(encoded(), TOPICS.agency("HSI", "case")),
    ),
    (
        "another agency's topic",
        Reason.WRONG_TOPIC,
        lambda: signed(encoded(), TOPICS.agency("BIS", "intelligence")),
    ),
    ("another agency's key", Reason.WRONG_TOPIC, lambda: signed(encoded(), key_id="bis-1")),
    (
        "no agency topic",
        Reason.WRONG_TOPIC,
        lambda: signed(encoded(), TOPICS.record),
    ),
    (
        "a source of another type",
        Reason.WRONG_TOPIC,
        lambda: subject(header=header(source="hsi.ccht")),
    ),
    (
        "another event type",
        Reason.MALFORMED,
        lambda: subject(header=header(event_type=CASE_OPENED)),
    ),
    ("record id", Reason.MALFORMED, lambda: subject(header=header(record_id="a b/c"))),
    ("version 0", Reason.MALFORMED, lambda: subject(header=header(version=0))),
    ("operation", Reason.MALFORMED, lambda: subject(header=header(operation="DELETE"))),
    ("unknown office", Reason.MALFORMED, lambda: subject(header=header(office="atlantis"))),
    ("case number", Reason.MALFORMED, lambda: subject(header=header(cases=["24/0017"]))),
    ("handling", Reason.MALFORMED, lambda: subject(marking=build_marking(handling="H9"))),
    ("birth date", Reason.MALFORMED, lambda: subject(entities=person(birth_date="1971-3-4"))),
    ("kind", Reason.MALFORMED, lambda: subject(entities=person(kind="ghost"))),
    ("local id", Reason.MALFORMED, lambda: subject(entities=person(entity_id="p]1"))),
    (
        "local id twice",
        Reason.MALFORMED,
        lambda: subject(entities=[build_person("p1"), build_person("p1")]),
    ),
    (
        "latitude",
        Reason.MALFORMED,
        lambda: subject(places=[build_place(latitude_microdegrees=90_000_001)]),
    ),
    ("radius", Reason.MALFORMED, lambda: subject(places=[build_place(radius_metres=-1)])),
    (
        "window",
        Reason.MALFORMED,
        lambda: subject(places=[build_place(ends_at=datetime(2026, 11, 3, tzinfo=UTC))]),
    ),
    (
        "a time without a fingerprint",
        Reason.MALFORMED,
        lambda: subject(places=[build_place(ends_at=datetime(2256, 1, 1, tzinfo=UTC))]),
    ),
    ("nexus", Reason.MALFORMED, lambda: subject(entities=association("maybe"))),
    ("no predicate", Reason.NO_PREDICATE, lambda: subject(marking=build_marking(predicate=None))),
    (
        "no criminal nexus",
        Reason.PROTECTED_ACTIVITY,
        lambda: subject(entities=association("none")),
    ),
    (
        "political request",
        Reason.PROTECTED_ACTIVITY,
        lambda: case(REQUEST_MADE, detail={"request_kind": CANARY, "political": True}),
    ),
    (
        "media of a victim",
        Reason.VICTIM_MEDIA,
        lambda: subject(entities=person(role="victim", attachments=[PHOTO])),
    ),
    (
        "media in a victims' record",
        Reason.VICTIM_MEDIA,
        lambda: subject(
            marking=build_marking(caveats=["VICTIM_1367"]),
            entities=person(attachments=[PHOTO]),
        ),
    ),
    (
        "media under a victim's marking",
        Reason.VICTIM_MEDIA,
        lambda: subject(
            marking=build_marking(fields=[field_marking("VICTIM_1367")]),
            entities=person(attachments=[PHOTO]),
        ),
    ),
    (
        "media of the victims' centre",
        Reason.VICTIM_MEDIA,
        lambda: case(VICTIM_IDENTIFIED, entities=person(attachments=[PHOTO])),
    ),
    (
        "unknown caveat",
        Reason.UNKNOWN_CAVEAT,
        lambda: subject(marking=build_marking(caveats=["EYES_ONLY"])),
    ),
    (
        "unknown caveat of a field",
        Reason.UNKNOWN_CAVEAT,
        lambda: subject(marking=build_marking(fields=[field_marking("EYES_ONLY")])),
    ),
    (
        "disc",
        Reason.PLACE_TIME_TOO_LARGE,
        lambda: subject(places=[build_place(radius_metres=999_951)]),
    ),
    (
        "a quarter and a day",
        Reason.PLACE_TIME_TOO_LARGE,
        lambda: subject(places=[build_place(ends_at=datetime(2027, 2, 4, tzinfo=UTC))]),
    ),
]

PRECEDENCE: list[tuple[Reason, Callable[[], Message]]] = [
    (Reason.OVERSIZED, lambda: replace(unsigned(), value=b"\x01" * (MAX_VALUE_BYTES + 1))),
    (Reason.UNSIGNED, lambda: replace(unsigned(), value=b"\x01")),
    (Reason.TRUNCATED, lambda: replace(subject(), value=encoded()[:-1])),
    (
        Reason.BAD_SIGNATURE,
        lambda: signed(encoded(header=header(version=0)), TOPICS.record, private_key=STRANGER),
    ),
    (Reason.WRONG_TOPIC, lambda: signed(encoded(header=header(version=0)), TOPICS.record)),
    (
        Reason.MALFORMED,
        lambda: subject(header=header(version=0), marking=build_marking(predicate=None)),
    ),
    (
        Reason.NO_PREDICATE,
        lambda: subject(
            marking=build_marking(predicate=None, caveats=["EYES_ONLY"]),
            entities=association("none"),
        ),
    ),
    (
        Reason.UNKNOWN_CAVEAT,
        lambda: subject(
            marking=build_marking(caveats=["EYES_ONLY"]),
            places=[build_place(radius_metres=30_000)],
        ),
    ),
]
