"""Shapes of a decoded event. Field rules stand in the .avsc; these are what the codec returns."""

from datetime import date, datetime
from typing import Any, Literal, NotRequired, TypedDict


class Header(TypedDict):
    """First record of every event; decoded alone on the hot path."""

    event_id: str
    source: str
    record_id: str
    version: int
    operation: Literal["REPORT", "WITHDRAW"]
    event_type: str
    office: str
    occurred_at: datetime
    published_at: datetime
    cases: list[str]
    sequence: int


class Predicate(TypedDict):
    """Reasonable suspicion (28 CFR 23.20(a)) and its last validation."""

    basis: str
    established_on: date
    validated_on: date


class FieldMarking(TypedDict):
    """Override for one field of one entity; `value` None: for all values of the field."""

    entity: str
    field: str
    value: str | None
    caveats: list[str]
    originator: str | None


class Marking(TypedDict):
    """What may become of the record; vocabularies in `schemas.marking`."""

    caveats: list[str]
    originator: str
    onward: Literal["originator_consent", "free", "prohibited"]
    handling: str
    source_grade: str
    information_grade: str
    crime_types: list[str]
    predicate: Predicate | None
    purpose_limits: list[str]
    audience: list[str] | None
    tear_line: str | None
    fields: list[FieldMarking]
    matters: NotRequired[list[str]]


class Name(TypedDict):
    """One name; parts are empty strings where unknown."""

    full: str
    given: str
    middle: str
    family: str
    alias: bool


class Identifier(TypedDict):
    """Scheme, issuer and value as published."""

    scheme: str
    issuer: str | None
    value: str


class Address(TypedDict):
    """One address; parts are empty strings where unknown, `country` is ISO alpha-2."""

    line: str
    city: str
    region: str
    postcode: str
    country: str


class Association(TypedDict):
    """`nexus` none is protected activity (28 CFR 23.20(b))."""

    kind: str
    description: str
    nexus: Literal["criminal", "none"]


class Affiliation(TypedDict):
    """What an entity belongs to, by name or any id of the source."""

    kind: Literal["household", "employer", "occupation", "school"]
    name: str


class Attachment(TypedDict):
    """A file by SHA-256; `content` only where bytes may travel."""

    media_type: str
    sha256: bytes
    content: bytes | None


class Entity(TypedDict):
    """A person, organisation or thing; `id` is stable over the record's versions."""

    id: str
    kind: str
    role: str
    names: list[Name]
    birth_date: str | None
    sex: str | None
    nationalities: list[str]
    identifiers: list[Identifier]
    addresses: list[Address]
    birth_place: str | None
    us_person: bool | None
    associations: list[Association]
    attachments: list[Attachment]
    affiliations: NotRequired[list[Affiliation]]


class PlaceTime(TypedDict):
    """A disc on WGS84 and a window of time."""

    id: str
    latitude_microdegrees: int
    longitude_microdegrees: int
    radius_metres: int
    uncertainty_metres: int
    starts_at: datetime
    ends_at: datetime
    country: str


class Event(TypedDict):
    """One version of one record."""

    header: Header
    marking: Marking
    entities: list[Entity]
    places: list[PlaceTime]
    detail: dict[str, Any]
