"""Local validation: the path of what is wrong, no value repeated, forbidden content kept in."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from producers.sdk import MemoryPublisher, ValidationError, event, identifier
from schemas.codec import Codec
from schemas.errors import Reason
from schemas.registry import load_lock
from tests.support.reports import report

BYTES = b"not for anyone"


def place(**changes: Any) -> dict[str, Any]:
    start = datetime(2026, 11, 3, tzinfo=UTC)
    return {
        "id": "o1",
        "latitude_microdegrees": 25_770_000,
        "longitude_microdegrees": -80_190_000,
        "radius_metres": 500,
        "uncertainty_metres": 0,
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "country": "US",
        **changes,
    }


@pytest.fixture
def publisher() -> MemoryPublisher:
    return MemoryPublisher(source="hsi.field")


CASES: list[tuple[dict[str, Any], str, Reason]] = [
    ({"header": {"version": 0}}, "header.version", Reason.MALFORMED),
    ({"header": {"record_id": "a b"}}, "header.record_id", Reason.MALFORMED),
    ({"header": {"office": "Miami"}}, "header.office", Reason.MALFORMED),
    ({"header": {"cases": ["26-1", ""]}}, "header.cases[1]", Reason.MALFORMED),
    (
        {"header": {"occurred_at": datetime(2026, 1, 1)}},  # noqa: DTZ001 - naive on purpose
        "header.occurred_at",
        Reason.MALFORMED,
    ),
    ({"marking": {"predicate": None}}, "marking.predicate", Reason.NO_PREDICATE),
    ({"marking": {"caveats": ["LES", "LOUD"]}}, "marking.caveats[1]", Reason.UNKNOWN_CAVEAT),
    (
        {
            "marking": {
                "fields": [
                    {
                        "entity": "p9",
                        "field": "phone",
                        "value": None,
                        "caveats": [],
                        "originator": "FBI",
                    }
                ]
            }
        },
        "marking.fields[0].entity",
        Reason.MALFORMED,
    ),
    (
        {"entity": {"identifiers": [identifier("phone", "1"), identifier("passport", " ")]}},
        "entities[0].identifiers[1].value",
        Reason.MALFORMED,
    ),
    (
        {"entity": {"identifiers": [identifier("pasport", "E1")]}},
        "entities[0].identifiers[0].scheme",
        Reason.MALFORMED,
    ),
    ({"entity": {"birth_date": "3 Feb 1980"}}, "entities[0].birth_date", Reason.MALFORMED),
    (
        {"entity": {"nationalities": ["MX", "mexico"]}},
        "entities[0].nationalities[1]",
        Reason.MALFORMED,
    ),
    (
        {"entity": {"associations": [{"kind": "religious", "description": "", "nexus": "none"}]}},
        "entities[0].associations[0].nexus",
        Reason.PROTECTED_ACTIVITY,
    ),
    (
        {"places": [place(radius_metres=1_000_001)]},
        "places[0].radius_metres",
        Reason.PLACE_TIME_TOO_LARGE,
    ),
    ({"places": [place(id="p1")]}, "places[0].id", Reason.MALFORMED),
    ({"detail": {"activity": "x" * 300_000}}, "event", Reason.OVERSIZED),
]


@pytest.mark.parametrize(("changes", "path", "reason"), CASES, ids=[case[1] for case in CASES])
def test_broken_field_is_named_by_its_path_and_nothing_is_sent(
    publisher: MemoryPublisher, changes: dict[str, Any], path: str, reason: Reason
) -> None:
    with pytest.raises(ValidationError) as caught:
        publisher.publish(report(**changes))
    assert (caught.value.path, caught.value.problems[0].reason) == (path, reason)
    assert publisher.sent == []


def test_no_error_repeats_a_value_of_the_event(publisher: MemoryPublisher) -> None:
    secret = "Zanzibar-canary"
    broken = report(entity={"birth_date": secret, "nationalities": [secret], "kind": secret})
    with pytest.raises(ValidationError) as caught:
        publisher.publish(broken)
    assert len(caught.value.problems) == 3
    assert secret not in repr(caught.value.problems) + str(caught.value)


def test_event_of_another_shape_is_refused_not_crashed_on(publisher: MemoryPublisher) -> None:
    shapeless: Any = {"header": {"source": "hsi.field"}}
    with pytest.raises(ValidationError, match="shape"):
        publisher.publish(shapeless)
    wrong_type = report(detail={"activity": 7})
    with pytest.raises(ValidationError, match="shape"):
        publisher.publish(wrong_type)


def test_publisher_speaks_for_its_own_source_alone(publisher: MemoryPublisher) -> None:
    with pytest.raises(ValidationError, match=r"header\.source"):
        publisher.publish(event("bis.oee.CaseOpened", "C-1", office="enforcement"))


def test_withdrawal_needs_no_predicate(publisher: MemoryPublisher) -> None:
    withdrawal = report(header={"operation": "WITHDRAW", "version": 2}, marking={"predicate": None})
    assert publisher.publish({**withdrawal, "entities": []})


@pytest.mark.parametrize(
    ("role", "caveats", "kept"),
    [("victim", [], False), ("subject", ["VICTIM_1367"], False), ("subject", [], True)],
)
def test_media_of_a_victim_is_cut_to_its_hash(
    publisher: MemoryPublisher, role: str, caveats: list[str], kept: bool
) -> None:
    media = {"media_type": "image/png", "sha256": b"\0" * 32, "content": BYTES}
    made = report(entity={"role": role, "attachments": [media]}, marking={"caveats": caveats})
    publisher.publish(made)
    (attachment,) = (
        Codec(load_lock()).decode(publisher.sent[0].value).datum["entities"][0]["attachments"]
    )
    assert (attachment["content"] == BYTES) is kept
    assert (BYTES in publisher.sent[0].value) is kept
    if not kept:
        assert attachment["sha256"] == sha256(BYTES).digest()
    assert made["entities"][0]["attachments"][0]["content"] == BYTES, "the caller's event stays"
