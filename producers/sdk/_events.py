"""Builders: an event in few words, every omitted field at its safest value."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal, TypedDict, Unpack, cast

from producers.sdk._exceptions import ValidationError
from producers.sdk._fields import unknown_fields
from schemas.catalogue import EVENT_TYPES, REPORT, SOURCES, EventType
from schemas.errors import Reason
from schemas.event import (
    Address,
    Association,
    Attachment,
    Entity,
    Event,
    FieldMarking,
    Identifier,
    Marking,
    Name,
    PlaceTime,
    Predicate,
)
from schemas.marking import Problem

_PREFIX = "liaison."


class MarkingFields(TypedDict, total=False):
    """What an author states of a marking; the rest is filled in by `event`."""

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
    matters: list[str]


class EventFields(TypedDict, total=False):
    """Optional parts of an event; `published_at` is now where it is not given."""

    event_id: str
    version: int
    operation: Literal["REPORT", "WITHDRAW"]
    occurred_at: datetime
    published_at: datetime
    cases: Sequence[str]
    sequence: int
    marking: MarkingFields
    entities: Sequence[Entity]
    places: Sequence[PlaceTime]
    detail: Mapping[str, Any]


class EntityFields(TypedDict, total=False):
    """Optional parts of an entity."""

    names: Sequence[Name]
    birth_date: str | None
    sex: str | None
    nationalities: Sequence[str]
    identifiers: Sequence[Identifier]
    addresses: Sequence[Address]
    birth_place: str | None
    us_person: bool | None
    associations: Sequence[Association]
    attachments: Sequence[Attachment]


def event_type(name: str) -> EventType:
    """Return the catalogue's entry of `hsi.field.SubjectReported`, with `liaison.` or without.

    Raises ValidationError, with the types that the source publishes, where there is none.
    """
    kind = EVENT_TYPES.get(name if name.startswith(_PREFIX) else _PREFIX + name)
    if kind is None:
        raise ValidationError([Problem(Reason.MALFORMED, "header.event_type", _known(name))])
    return kind


def _known(name: str) -> str:
    source = name.removeprefix(_PREFIX).rpartition(".")[0]
    types = sorted(kind.name for kind in EVENT_TYPES.values() if kind.source == source)
    if types:
        return f"not in the catalogue; {source} publishes {', '.join(types)}"
    return f"not in the catalogue; its sources are {', '.join(sorted(SOURCES))}"


def event(type_name: str, record_id: str, *, office: str, **fields: Unpack[EventFields]) -> Event:
    """Return one version of the record `record_id`, ready for `Publisher.publish`.

    Raises ValidationError for an event type outside the catalogue and for unknown fields, by
    path. Values are checked by `publish`.
    """
    kind = event_type(type_name)
    published_at = fields.get("published_at") or datetime.now(UTC)
    made: Event = {
        "header": {
            "event_id": fields.get("event_id") or str(uuid.uuid4()),
            "source": kind.source,
            "record_id": record_id,
            "version": fields.get("version", 1),
            "operation": fields.get("operation", REPORT),
            "event_type": kind.schema_name,
            "office": office,
            "occurred_at": fields.get("occurred_at") or published_at,
            "published_at": published_at,
            "cases": list(fields.get("cases", ())),
            "sequence": fields.get("sequence", 0),
        },
        "marking": _marking(kind.agency, fields.get("marking", {})),
        "entities": list(fields.get("entities", ())),
        "places": list(fields.get("places", ())),
        "detail": dict(fields.get("detail", {})),
    }
    beside = sorted(fields.keys() - EventFields.__optional_keys__)
    found = [Problem(Reason.MALFORMED, each, "unknown field") for each in beside]
    found += unknown_fields(kind.schema_name, made)
    if found:
        raise ValidationError(found)
    return made


def _marking(agency: str, fields: MarkingFields) -> Marking:
    """Fill in what the author left out: own information, no onward sharing, ungraded."""
    return {
        "caveats": [],
        "originator": agency,
        "onward": "originator_consent",
        "handling": "H0",
        "source_grade": "X",
        "information_grade": "4",
        "crime_types": [],
        "predicate": None,
        "purpose_limits": [],
        "audience": None,
        "tear_line": None,
        "fields": [],
        **fields,
    }


def entity(kind: str, local_id: str, *, role: str, **fields: Unpack[EntityFields]) -> Entity:
    """Return a person, organisation or thing; `local_id` stays the same over the versions.

    A field that no entity has stays in it, so that `event` refuses it by its path.
    """
    made: Entity = {
        "id": local_id,
        "kind": kind,
        "role": role,
        "names": list(fields.get("names", ())),
        "birth_date": fields.get("birth_date"),
        "sex": fields.get("sex"),
        "nationalities": list(fields.get("nationalities", ())),
        "identifiers": list(fields.get("identifiers", ())),
        "addresses": list(fields.get("addresses", ())),
        "birth_place": fields.get("birth_place"),
        "us_person": fields.get("us_person"),
        "associations": list(fields.get("associations", ())),
        "attachments": list(fields.get("attachments", ())),
    }
    unknown = {
        key: each for key, each in fields.items() if key not in EntityFields.__optional_keys__
    }
    return cast("Entity", {**made, **unknown})


def person(local_id: str, full: str, *, role: str, **fields: Unpack[EntityFields]) -> Entity:
    """Return a person known by one full name; give `names` instead for parts and aliases."""
    fields.setdefault("names", [name(full)])
    return entity("person", local_id, role=role, **fields)


def name(
    full: str, *, given: str = "", middle: str = "", family: str = "", alias: bool = False
) -> Name:
    """Return a name, in parts where they are known."""
    return {"full": full, "given": given, "middle": middle, "family": family, "alias": alias}


def identifier(scheme: str, value: str, issuer: str | None = None) -> Identifier:
    """Return an identifier as published, e.g. `identifier("passport", "E12345678", "MX")`."""
    return {"scheme": scheme, "issuer": issuer, "value": value}


def address(country: str, *, line: str = "", city: str = "", postcode: str = "") -> Address:
    """Return an address; `country` is ISO alpha-2."""
    return {"line": line, "city": city, "region": "", "postcode": postcode, "country": country}


def predicate(basis: str, established_on: date, validated_on: date | None = None) -> Predicate:
    """Return the reasonable suspicion an intelligence event rests on (28 CFR 23.20(a))."""
    return {
        "basis": basis,
        "established_on": established_on,
        "validated_on": validated_on or established_on,
    }
