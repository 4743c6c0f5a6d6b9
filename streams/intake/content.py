"""What a decoded event may hold: values in their bounds, nothing forbidden, nothing too large.

Markings have their own vocabulary and checks, in `schemas.marking`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from schemas.catalogue import EVENT_TYPES
from schemas.errors import Reason
from schemas.event import Entity, Event, Header, PlaceTime
from schemas.party import Office
from schemas.places import is_too_large
from schemas.record import microseconds

ENTITY_KINDS: Final = frozenset(
    {"person", "organization", "vessel", "aircraft", "vehicle", "firearm"}
    | {"shipment", "account", "device", "place"}
)
VICTIM_SOURCES: Final = frozenset({"hsi.ccht"})
"""Source systems all of whose records are victims' records."""
VICTIM_CAVEAT: Final = "VICTIM_1367"
MAX_CASES: Final = 16
"""Every pair of sides is told apart, so a record's cases multiply."""

_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
_BIRTH_DATE: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_SEX: Final = re.compile(r"[A-Za-z]{1,16}")
_MICRODEGREES: Final = 1_000_000
_LAST_MICROSECOND: Final = 2**53
"""Year 2255: later times have no canonical JSON, so no fingerprint."""


def malformed(event: Event, agency: str, offices: Mapping[str, Office]) -> bool:
    """Whether a value is out of its bounds: header, entities or places."""
    local_ids = [item["id"] for item in (*event["entities"], *event["places"])]
    return not (
        _header_fits(event["header"], agency, offices)
        and len(set(local_ids)) == len(local_ids)
        and all(map(_ID.fullmatch, local_ids))
        and all(map(_entity_fits, event["entities"]))
        and all(map(_place_fits, event["places"]))
    )


def forbidden(event: Event) -> Iterator[Reason]:
    """Content that may not be kept, not even in quarantine.

    No predicate (28 CFR 23.20(a)); activity protected for want of a criminal nexus (23.20(b)) or
    a political matter (Interpol constitution, Art. 3); media of a victim. A withdrawal needs no
    predicate: it takes intelligence away.
    """
    header, marking = event["header"], event["marking"]
    intelligence = EVENT_TYPES[header["event_type"]].kind == "intelligence"
    if intelligence and marking["predicate"] is None and header["operation"] == "REPORT":
        yield Reason.NO_PREDICATE
    if event["detail"].get("political") or any(
        association["nexus"] == "none"
        for entity in event["entities"]
        for association in entity["associations"]
    ):
        yield Reason.PROTECTED_ACTIVITY
    if any(
        attachment["content"] is not None
        for entity in _victims(event)
        for attachment in entity["attachments"]
    ):
        yield Reason.VICTIM_MEDIA


def too_large(event: Event) -> bool:
    """Whether a place-time exceeds what correlation covers (`schemas.places`)."""
    return any(map(is_too_large, event["places"]))


def _header_fits(header: Header, agency: str, offices: Mapping[str, Office]) -> bool:
    return (
        _ID.fullmatch(header["record_id"]) is not None
        and header["version"] >= 1
        and header["operation"] in ("REPORT", "WITHDRAW")
        and f"{agency}/{header['office']}" in offices
        and len(header["cases"]) <= MAX_CASES
        and all(map(_ID.fullmatch, header["cases"]))
    )


def _entity_fits(entity: Entity) -> bool:
    birth_date, sex = entity["birth_date"], entity["sex"]
    countries = [*entity["nationalities"], *(a["country"] for a in entity["addresses"])]
    return (
        entity["kind"] in ENTITY_KINDS
        and (birth_date is None or _BIRTH_DATE.fullmatch(birth_date) is not None)
        and (sex is None or _SEX.fullmatch(sex) is not None)
        and all(_COUNTRY.fullmatch(country) for country in countries if country)
        and all(each["nexus"] in ("criminal", "none") for each in entity["associations"])
    )


def _place_fits(place: PlaceTime) -> bool:
    return (
        abs(place["latitude_microdegrees"]) <= 90 * _MICRODEGREES
        and abs(place["longitude_microdegrees"]) <= 180 * _MICRODEGREES
        and place["radius_metres"] >= 0
        and place["uncertainty_metres"] >= 0
        and microseconds(place["starts_at"]) > -_LAST_MICROSECOND
        and place["starts_at"] <= place["ends_at"]
        and microseconds(place["ends_at"]) < _LAST_MICROSECOND
    )


def _victims(event: Event) -> Iterator[Entity]:
    """Entities that are victims by role, or stand in a record or under a marking of victims."""
    marking = event["marking"]
    whole = event["header"]["source"] in VICTIM_SOURCES or VICTIM_CAVEAT in marking["caveats"]
    marked = {field["entity"] for field in marking["fields"] if VICTIM_CAVEAT in field["caveats"]}
    for entity in event["entities"]:
        if whole or entity["role"].lower() == "victim" or entity["id"] in marked:
            yield entity
