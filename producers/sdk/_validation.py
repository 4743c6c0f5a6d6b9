"""What is wrong with an event, by the path of the field, before any byte leaves.

These are the checks of intake that need no registry of parties, so that an agency learns of its
own mistakes at once. Three kinds of content are refused for good: intelligence without a predicate
and protected activity (28 CFR 23.20(a), (b)), and political matters (Interpol constitution, Art.
3). Media of victims are cut to their hash.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from schemas.catalogue import EVENT_TYPES, REPORT, WITHDRAW
from schemas.countries import ALPHA_3
from schemas.errors import Reason
from schemas.event import Association, Attachment, Entity, Event, Header, Identifier, PlaceTime
from schemas.identifiers import IDENTIFIERS
from schemas.marking import Problem
from schemas.marking import problems as marking_problems
from schemas.places import MAX_REACH_METRES, MAX_WINDOW

ENTITY_KINDS: Final = frozenset(
    {
        "person",
        "organization",
        "vessel",
        "aircraft",
        "vehicle",
        "firearm",
        "shipment",
        "account",
        "device",
        "place",
    }
)
ROLES: Final = frozenset(
    {
        "subject",
        "associate",
        "victim",
        "witness",
        "caller",
        "consignee",
        "consignor",
        "owner",
        "master",
        "operator",
        "other",
    }
)
"""What an entity is in its record. A role that no agreement names is released under none."""
SEXES: Final = frozenset({"F", "M", "X"})
"""As on machine-readable travel documents (ICAO 9303), X for unspecified."""
MAX_TEXT: Final = 512
VICTIM_ROLE: Final = "victim"
VICTIM_CAVEAT: Final = "VICTIM_1367"
VICTIM_SOURCES: Final = frozenset({"hsi.ccht"})
MAX_CASES: Final = 16

_RECORD_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_SLUG: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_BIRTH_DATE: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_NEXUS: Final = frozenset({"criminal", "none"})
_MICRODEGREES: Final = (
    ("latitude_microdegrees", 90_000_000),
    ("longitude_microdegrees", 180_000_000),
)


def problems(event: Event) -> list[Problem]:
    """Return everything wrong with an event that has the shape of `schemas.event.Event`."""
    found = list(_header(event["header"]))
    if not found:
        found += _forbidden(event)
    found += marking_problems(event["marking"])
    seen: set[str] = set()
    for index, entity in enumerate(event["entities"]):
        found += _entity(f"entities[{index}]", entity, seen)
    for index, place in enumerate(event["places"]):
        found += _place(f"places[{index}]", place, seen)
    for index, override in enumerate(event["marking"]["fields"]):
        if override["entity"] not in seen:
            found.append(_malformed(f"marking.fields[{index}].entity", "no such entity or place"))
    return found


def strip_victim_media(event: Event) -> Event:
    """Return the event with every attachment of a victim cut to its hash.

    A victim is one by role, by the caveat of the record or of a field, or by the source system.
    """
    marking = event["marking"]
    all_of_them = event["header"]["source"] in VICTIM_SOURCES or VICTIM_CAVEAT in marking["caveats"]
    marked = {field["entity"] for field in marking["fields"] if VICTIM_CAVEAT in field["caveats"]}
    entities = [
        _without_media(entity)
        if all_of_them or entity["role"] == VICTIM_ROLE or entity["id"] in marked
        else entity
        for entity in event["entities"]
    ]
    return {**event, "entities": entities}


def _without_media(entity: Entity) -> Entity:
    if not entity["attachments"]:
        return entity
    return {**entity, "attachments": [_hash_only(file) for file in entity["attachments"]]}


def _hash_only(file: Attachment) -> Attachment:
    if file["content"] is None:
        return file
    return {**file, "sha256": hashlib.sha256(file["content"]).digest(), "content": None}


def _header(header: Header) -> Iterator[Problem]:
    kind = EVENT_TYPES.get(header["event_type"])
    if kind is None:
        yield _malformed("header.event_type", "not in the catalogue")
    elif kind.source != header["source"]:
        yield _malformed("header.source", "does not publish this event type")
    for name, good, message in (
        ("event_id", 0 < len(header["event_id"]) <= 64, "1 to 64 characters"),
        ("record_id", _RECORD_ID.fullmatch(header["record_id"]), "1 to 64 of A-Z a-z 0-9 . _ : -"),
        ("version", header["version"] >= 1, "counts from 1"),
        ("operation", header["operation"] in {REPORT, WITHDRAW}, "REPORT or WITHDRAW"),
        ("office", _SLUG.fullmatch(header["office"]), "lower-case letters, digits and hyphens"),
        ("occurred_at", _aware(header["occurred_at"]), "needs a time zone"),
        ("published_at", _aware(header["published_at"]), "needs a time zone"),
    ):
        if not good:
            yield _malformed(f"header.{name}", message)
    if len(header["cases"]) > MAX_CASES:
        yield _malformed("header.cases", f"at most {MAX_CASES}")
    for index, case in enumerate(header["cases"]):
        if not _RECORD_ID.fullmatch(case):
            yield _malformed(f"header.cases[{index}]", "1 to 64 of A-Z a-z 0-9 . _ : -")


def _forbidden(event: Event) -> Iterator[Problem]:
    """A withdrawal needs no predicate: it takes intelligence away."""
    header = event["header"]
    intelligence = EVENT_TYPES[header["event_type"]].kind == "intelligence"
    if intelligence and header["operation"] == REPORT and event["marking"]["predicate"] is None:
        yield Problem(
            Reason.NO_PREDICATE, "marking.predicate", "criminal intelligence needs a predicate"
        )
    if event["detail"].get("political"):
        yield Problem(Reason.PROTECTED_ACTIVITY, "detail.political", "political matters stay out")


def _entity(path: str, entity: Entity, seen: set[str]) -> Iterator[Problem]:
    yield from _local_id(path, entity["id"], seen)
    yield from _description(path, entity)
    for index, identifier in enumerate(entity["identifiers"]):
        yield from _identifier(f"{path}.identifiers[{index}]", identifier)
    for index, association in enumerate(entity["associations"]):
        yield from _association(f"{path}.associations[{index}].nexus", association)
    for index, file in enumerate(entity["attachments"]):
        if len(file["sha256"]) != hashlib.sha256().digest_size:
            yield _malformed(f"{path}.attachments[{index}].sha256", "32 bytes of SHA-256")


def _description(path: str, entity: Entity) -> Iterator[Problem]:
    if entity["kind"] not in ENTITY_KINDS:
        yield _malformed(f"{path}.kind", "not in the vocabulary")
    if entity["role"] not in ROLES:
        yield _malformed(f"{path}.role", f"one of {', '.join(sorted(ROLES))}")
    if entity["birth_date"] is not None and not _BIRTH_DATE.fullmatch(entity["birth_date"]):
        yield _malformed(f"{path}.birth_date", "YYYY, YYYY-MM or YYYY-MM-DD")
    if entity["sex"] is not None and entity["sex"] not in SEXES:
        yield _malformed(f"{path}.sex", f"one of {', '.join(sorted(SEXES))}, or None")
    for index, name in enumerate(entity["names"]):
        yield from _text(f"{path}.names[{index}].full", name["full"])
    for index, nationality in enumerate(entity["nationalities"]):
        yield from _country(f"{path}.nationalities[{index}]", nationality)
    for index, address in enumerate(entity["addresses"]):
        if address["country"]:
            yield from _country(f"{path}.addresses[{index}].country", address["country"])


def _identifier(path: str, identifier: Identifier) -> Iterator[Problem]:
    """A failed check digit is no problem: the value stays as evidence and matches nothing."""
    if identifier["scheme"] not in IDENTIFIERS:
        yield _malformed(f"{path}.scheme", "not a known scheme")
    yield from _text(f"{path}.value", identifier["value"])


def _association(path: str, association: Association) -> Iterator[Problem]:
    if association["nexus"] == "none":
        yield Problem(
            Reason.PROTECTED_ACTIVITY, path, "protected activity without a criminal nexus"
        )
    elif association["nexus"] not in _NEXUS:
        yield _malformed(path, "criminal or none")


def _place(path: str, place: PlaceTime, seen: set[str]) -> Iterator[Problem]:
    yield from _local_id(path, place["id"], seen)
    for name, limit in _MICRODEGREES:
        if abs(place[name]) > limit:  # type: ignore[literal-required]
            yield _malformed(f"{path}.{name}", "outside the globe")
    if place["country"]:
        yield from _country(f"{path}.country", place["country"])
    if place["radius_metres"] < 0 or place["uncertainty_metres"] < 0:
        yield _malformed(f"{path}.radius_metres", "neither radius nor uncertainty is negative")
    elif place["radius_metres"] + place["uncertainty_metres"] > MAX_REACH_METRES:
        yield Problem(
            Reason.PLACE_TIME_TOO_LARGE,
            f"{path}.radius_metres",
            f"radius and uncertainty together reach at most {MAX_REACH_METRES} m",
        )
    if not (_aware(place["starts_at"]) and _aware(place["ends_at"])):
        yield _malformed(f"{path}.starts_at", "needs a time zone")
    elif place["starts_at"] >= place["ends_at"]:
        yield _malformed(f"{path}.ends_at", "not after starts_at")
    elif place["ends_at"] - place["starts_at"] > MAX_WINDOW:
        yield Problem(
            Reason.PLACE_TIME_TOO_LARGE, f"{path}.ends_at", f"at most {MAX_WINDOW.days} days"
        )


def _local_id(path: str, local_id: str, seen: set[str]) -> Iterator[Problem]:
    if not _RECORD_ID.fullmatch(local_id):
        yield _malformed(f"{path}.id", "1 to 64 of A-Z a-z 0-9 . _ : -")
    if local_id in seen:
        yield _malformed(f"{path}.id", "used twice in this record")
    seen.add(local_id)


def _aware(moment: datetime) -> bool:
    return moment.tzinfo is not None


def _text(path: str, text: str) -> Iterator[Problem]:
    if not (0 < len(text) <= MAX_TEXT and text.isprintable() and not text.isspace()):
        yield _malformed(path, f"1 to {MAX_TEXT} printable characters")


def _country(path: str, code: str) -> Iterator[Problem]:
    if code not in ALPHA_3:
        yield _malformed(path, "not an ISO alpha-2 code")


def _malformed(path: str, message: str) -> Problem:
    return Problem(Reason.MALFORMED, path, message)
