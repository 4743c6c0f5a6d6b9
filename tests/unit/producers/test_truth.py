"""The truth's own rules, each on a world of a few records written by hand."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from producers.sdk import EventFields, event, event_type, identifier, person
from producers.world.operations import beside
from producers.world.timeline import Item
from producers.world.truth import ExpectedMatch, Truth, truth_of
from schemas.errors import Reason
from schemas.event import Event, PlaceTime

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PHONE = ("phone", "+13055550100")
PASSPORT = ("passport", "E1234567")
OFFICES = {"hsi.field": "miami", "bis.oee": "enforcement"}


def told(source: str, record_id: str, *numbers: tuple[str, str], **fields: Any) -> Event:
    """A report on one person with these identifiers; `minute` orders publications."""
    kind = {"hsi.field": "SubjectReported", "bis.oee": "PartyFlagged"}[source]
    office = fields.pop("office", OFFICES[source])
    who = person(
        "p1",
        "Ana Ruiz",
        role="subject",
        identifiers=[identifier(scheme, value, "MX") for scheme, value in numbers],
    )
    options: EventFields = {
        "entities": [who],
        "occurred_at": NOON,
        "published_at": NOON + timedelta(minutes=fields.pop("minute", 0)),
    }
    return event(f"{source}.{kind}", record_id, office=office, **{**options, **fields})


def planned(source: str, record_id: str, place: PlaceTime, kind: str = "Planned") -> Event:
    version = 1 if kind == "Planned" else 2
    return event(
        f"{source}.Operation{kind}",
        record_id,
        office=OFFICES[source],
        version=version,
        occurred_at=NOON,
        published_at=NOON,
        places=[place],
    )


def truth(events: Iterable[Event], people: dict[tuple[str, str], str] | None = None) -> Truth:
    items = []
    for each in events:
        kind = event_type(each["header"]["event_type"])
        items.append(Item(kind.agency, kind.kind, each))
    return truth_of(items, people or {})


def classes(events: Iterable[Event]) -> list[str]:
    return sorted(expected.match_class for expected in truth(events).exact)


HSI = "HSI:record/hsi.field/R-1"
BIS = "BIS:record/bis.oee/B-1"


def test_shared_identifier_of_two_owners_is_one_match_of_their_sides() -> None:
    found = truth([told("hsi.field", "R-1", PHONE), told("bis.oee", "B-1", PHONE)])
    assert found.exact == {ExpectedMatch("shared_identifier", (BIS, HSI), None)}


def test_strong_identifier_raises_the_class_of_the_same_match() -> None:
    both = [told("hsi.field", "R-1", PHONE, PASSPORT), told("bis.oee", "B-1", PASSPORT, PHONE)]
    assert classes(both) == ["target"]


def test_same_number_written_otherwise_matches_and_mistyped_does_not() -> None:
    written = told("bis.oee", "B-1", ("phone", "+1 (305) 555-0100"))
    assert classes([told("hsi.field", "R-1", PHONE), written]) == ["shared_identifier"]
    wrong = told("bis.oee", "B-1", ("phone", "+13055550101"))
    assert classes([told("hsi.field", "R-1", PHONE), wrong]) == []


@pytest.mark.parametrize(
    ("scheme", "value"), [("eccn", "3A001"), ("container", "LSNU0000001"), ("lei", "X" * 20)]
)
def test_weak_and_invalid_identifiers_match_nothing(scheme: str, value: str) -> None:
    both = [told("hsi.field", "R-1", (scheme, value)), told("bis.oee", "B-1", (scheme, value))]
    assert classes(both) == []


def test_records_of_one_owner_never_match_and_those_of_two_offices_do() -> None:
    here, same = told("hsi.field", "R-1", PHONE), told("hsi.field", "R-2", PHONE)
    assert classes([here, same]) == []
    elsewhere = told("hsi.field", "R-2", PHONE, office="los-angeles")
    assert classes([here, elsewhere]) == ["shared_identifier"]


def test_records_on_the_same_side_never_match() -> None:
    joint = [
        told("hsi.field", "R-1", PHONE, cases=["26-1"]),
        told("hsi.field", "R-2", PHONE, cases=["26-1"], office="los-angeles"),
    ]
    assert classes(joint) == []


def test_record_in_two_cases_is_on_two_sides_and_many_records_make_one_match() -> None:
    events = [
        told("hsi.field", "R-1", PHONE, cases=["26-1", "26-2"]),
        told("hsi.field", "R-2", PHONE, cases=["26-1"]),
        told("bis.oee", "B-1", PHONE),
    ]
    assert {e.sides for e in truth(events).exact} == {
        (BIS, "HSI:case/26-1"),
        (BIS, "HSI:case/26-2"),
    }


def test_version_in_force_decides_whatever_came_first() -> None:
    first, other = told("hsi.field", "R-1", PHONE), told("bis.oee", "B-1", PHONE)
    corrected = told("hsi.field", "R-1", ("phone", "+13055550999"), version=2, minute=1)
    assert classes([corrected, other, first]) == []
    restored = told("hsi.field", "R-1", PHONE, version=3, minute=2)
    assert classes([restored, corrected, other, first]) == ["shared_identifier"]


def test_withdrawn_record_matches_nothing_and_an_older_version_does_not_revive_it() -> None:
    gone = told("hsi.field", "R-1", version=2, operation="WITHDRAW", entities=[])
    events = [gone, told("hsi.field", "R-1", PHONE), told("bis.oee", "B-1", PHONE)]
    found = truth(events)
    assert found.exact == frozenset()
    assert (found.withdrawals, found.corrections) == (1, 0)


@pytest.mark.parametrize("reverse", [False, True])
def test_of_two_texts_of_one_version_the_later_published_is_in_force(reverse: bool) -> None:
    loser = told("hsi.field", "R-1", ("phone", "+13055550999"))
    winner = told("hsi.field", "R-1", PHONE, minute=5)
    texts = [winner, loser] if reverse else [loser, winner]
    found = truth([*texts, told("bis.oee", "B-1", PHONE)])
    assert found.quarantined == {Reason.VERSION_CONFLICT: 1}
    assert found.accepted == 2
    assert len(found.exact) == 1


def test_repeat_is_counted_and_changes_nothing() -> None:
    first = told("hsi.field", "R-1", PHONE)
    again = told("hsi.field", "R-1", PHONE, minute=9)
    found = truth([first, again])
    assert (found.accepted, found.duplicates, found.corrections) == (2, 1, 0)
    assert found.quarantined == {}


PLACE: PlaceTime = {
    "id": "o1",
    "latitude_microdegrees": 25_770_000,
    "longitude_microdegrees": -80_190_000,
    "radius_metres": 900,
    "uncertainty_metres": 100,
    "starts_at": NOON,
    "ends_at": NOON + timedelta(hours=2),
    "country": "US",
}


@pytest.mark.parametrize(
    ("east_metres", "later_minutes", "match"),
    [(0, 0, True), (1_990, 0, True), (2_010, 0, False), (0, 119, True), (0, 120, False)],
)
def test_operations_match_where_discs_touch_and_windows_overlap(
    east_metres: float, later_minutes: int, match: bool
) -> None:
    other = beside(PLACE, east_metres, timedelta(minutes=later_minutes))
    found = truth([planned("hsi.field", "R-1", PLACE), planned("bis.oee", "B-1", other)])
    expected = ExpectedMatch("space_time", (BIS, HSI), ("bis.oee/B-1", "hsi.field/R-1"))
    assert found.exact == ({expected} if match else set())


def test_cancelled_operation_matches_nothing_though_it_names_its_place() -> None:
    both = [planned("hsi.field", "R-1", PLACE), planned("bis.oee", "B-1", PLACE)]
    assert classes([*both, planned("hsi.field", "R-1", PLACE, "Cancelled")]) == []
    assert classes([*both, planned("hsi.field", "R-1", PLACE, "Moved")]) == ["space_time"]


def test_one_person_of_two_owners_is_fuzzy_only_without_a_shared_number() -> None:
    people = {("hsi.field/R-1", "p1"): "human-1", ("bis.oee/B-1", "p1"): "human-1"}
    apart = [told("hsi.field", "R-1"), told("bis.oee", "B-1")]
    assert truth(apart, people).fuzzy == {(BIS, HSI)}
    together = [told("hsi.field", "R-1", PHONE), told("bis.oee", "B-1", PHONE)]
    assert truth(together, people).fuzzy == frozenset()
