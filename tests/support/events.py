"""Synthetic events for tests: whole, valid, about 1 KB, changed by keyword."""

from datetime import UTC, date, datetime
from typing import Any

from schemas.catalogue import EVENT_TYPES

PUBLISHED_AT = datetime(2026, 11, 1, 12, 0, 0, 123_456, tzinfo=UTC)
SUBJECT_REPORTED = "liaison.hsi.field.SubjectReported"


def build_person(entity_id: str = "p1", **changes: Any) -> dict[str, Any]:
    return {
        "id": entity_id,
        "kind": "person",
        "role": "subject",
        "names": [
            {
                "full": "Ivan Ivanovich Petrov",
                "given": "Ivan",
                "middle": "Ivanovich",
                "family": "Petrov",
                "alias": False,
            }
        ],
        "birth_date": "1971-03-04",
        "sex": "M",
        "nationalities": ["RU"],
        "identifiers": [
            {"scheme": "passport", "issuer": "RUS", "value": "712345678"},
            {"scheme": "phone", "issuer": None, "value": "+79161234567"},
        ],
        "addresses": [
            {
                "line": "12 Lenina ulitsa",
                "city": "Kazan",
                "region": "Tatarstan",
                "postcode": "420000",
                "country": "RU",
            }
        ],
        "birth_place": "Kazan",
        "us_person": False,
        "associations": [],
        "attachments": [],
    } | changes


def build_place(place_id: str = "o1", **changes: Any) -> dict[str, Any]:
    return {
        "id": place_id,
        "latitude_microdegrees": 25_761_681,
        "longitude_microdegrees": -80_191_788,
        "radius_metres": 300,
        "uncertainty_metres": 50,
        "starts_at": datetime(2026, 11, 3, 5, 0, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 3, 9, 0, tzinfo=UTC),
        "country": "US",
    } | changes


def build_header(schema_name: str = SUBJECT_REPORTED, **changes: Any) -> dict[str, Any]:
    return {
        "event_id": "0190f0c1-aaaa-7bbb-8ccc-1234567890ab",
        "source": EVENT_TYPES[schema_name].source,
        "record_id": "R-000123",
        "version": 1,
        "operation": "REPORT",
        "event_type": schema_name,
        "office": "miami",
        "occurred_at": PUBLISHED_AT,
        "published_at": PUBLISHED_AT,
        "cases": ["24-0017"],
        "sequence": 17,
    } | changes


def build_marking(**changes: Any) -> dict[str, Any]:
    return {
        "caveats": ["LES"],
        "originator": "HSI",
        "onward": "originator_consent",
        "handling": "H1",
        "source_grade": "B",
        "information_grade": "2",
        "crime_types": ["export_control"],
        "predicate": {
            "basis": "controlled purchase",
            "established_on": date(2026, 1, 1),
            "validated_on": date(2026, 1, 1),
        },
        "purpose_limits": [],
        "audience": None,
        "tear_line": None,
        "fields": [],
        "matters": [],
    } | changes


DETAILS: dict[str, dict[str, Any]] = {
    "SubjectReported": {"activity": "diversion of machine tools", "collection": "interview"},
    "CaseOpened": {"commodity": "bearings", "scheme": "transshipment"},
    "CaseClosed": {"disposition": "convicted", "arrests": 2, "convictions": 1, "seizures": 0},
    "OperationPlanned": {"operation_kind": "search"},
    "OperationMoved": {"reason_code": "weather"},
    "OperationCancelled": {"reason_code": "compromised"},
    "PartyFlagged": {"list_name": "unverified"},
    "VictimIdentified": {"program": "t_visa"},
    "RequestMade": {"request_kind": "identity", "political": False},
}


def build_event(schema_name: str = SUBJECT_REPORTED, **changes: Any) -> dict[str, Any]:
    """A whole event of a type; every field present, as the codec returns it."""
    return {
        "header": build_header(schema_name),
        "marking": build_marking(),
        "entities": [build_person("p1"), build_person("p2")],
        "places": [build_place()],
        "detail": dict(DETAILS[EVENT_TYPES[schema_name].name]),
    } | changes
