"""Digests: what counts as the same content, and what must not."""

import copy
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalogue import EVENT_TYPES
from schemas.codec import Codec
from schemas.digest import _record, canonical_json, content_digest, keyed_hash64, keyed_id
from schemas.errors import ContractError, Reason
from schemas.fingerprint import attribute_fingerprint, identifier_fingerprint
from schemas.identifiers import canonical
from schemas.registry import load_lock
from tests.support.events import (
    PUBLISHED_AT,
    SUBJECT_REPORTED,
    build_event,
    build_header,
    build_marking,
    build_person,
)

LOCK = load_lock()
CODEC = Codec(LOCK)
SECRET = b"a secret of the test"


def digest(event: dict[str, Any]) -> bytes:
    return content_digest(event)  # type: ignore[arg-type]


@pytest.mark.parametrize("schema_name", EVENT_TYPES)
def test_digest_survives_the_wire(schema_name: str) -> None:
    event = build_event(schema_name)
    assert digest(event) == digest(CODEC.decode(CODEC.encode(schema_name, event)).datum)


@pytest.mark.parametrize(
    "change",
    [
        {"event_id": "another"},
        {"sequence": 18},
        {"published_at": PUBLISHED_AT + timedelta(days=1)},
    ],
    ids=str,
)
def test_publishing_again_changes_nothing(change: dict[str, Any]) -> None:
    assert digest(build_event()) == digest(build_event(header=build_header(**change)))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"operation": "WITHDRAW"},
        {"office": "tampa"},
        {"cases": []},
        {"occurred_at": PUBLISHED_AT + timedelta(microseconds=1)},
    ],
    ids=str,
)
def test_another_header_is_another_content(change: dict[str, Any]) -> None:
    assert digest(build_event()) != digest(build_event(header=build_header(**change)))


def test_default_valued_fields_count_as_absent() -> None:
    event = build_event(places=[])
    lean = {key: event[key] for key in ("header", "marking", "detail")}
    lean["marking"] = {
        key: value
        for key, value in event["marking"].items()
        if key not in {"audience", "tear_line", "purpose_limits", "fields"}
    }
    lean["entities"] = [
        {k: v for k, v in entity.items() if k not in {"associations", "attachments"}}
        for entity in event["entities"]
    ]
    assert digest(event) == digest(lean)


def test_schema_that_grows_leaves_digests_as_they_were() -> None:
    schema = copy.deepcopy(LOCK.current[SUBJECT_REPORTED].schema)
    for record in (schema, schema["fields"][0]["type"], schema["fields"][-1]["type"]):
        record["fields"].append({"name": "new", "type": "string", "default": "unknown"})
    event = build_event()
    now = _record(LOCK.current[SUBJECT_REPORTED].schema, {})(event)
    event["detail"]["new"] = "unknown"
    assert _record(schema, {})(event) == now
    event["detail"]["new"] = ""
    assert _record(schema, {})(event) != now


def test_digest_is_the_one_that_older_state_holds() -> None:
    assert digest(build_event()).hex() == (
        "bb2448f702b6672690aab46043ce861b53cc861de99b63ed631f8ae352b850d9"
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (build_marking(audience=None), build_marking(audience=[])),
        (build_marking(tear_line=None), build_marking(tear_line="")),
    ],
)
def test_empty_is_not_absent_where_a_field_may_be_null(left: Any, right: Any) -> None:
    assert digest(build_event(marking=left)) != digest(build_event(marking=right))


def test_unknown_us_person_is_not_a_foreign_one() -> None:
    known, unknown = build_person(us_person=False), build_person(us_person=None)
    assert digest(build_event(entities=[known])) != digest(build_event(entities=[unknown]))


def test_an_instant_digests_alike_in_every_zone() -> None:
    elsewhere = PUBLISHED_AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    same = timezone(timedelta(0))
    for moment in (elsewhere, PUBLISHED_AT.astimezone(same)):
        event = build_event(header=build_header(occurred_at=moment))
        assert digest(event) == digest(build_event())


def test_naive_time_and_missing_field_have_no_digest() -> None:
    naive = build_event(header=build_header(occurred_at=PUBLISHED_AT.replace(tzinfo=None)))
    bare = build_event()
    del bare["header"]["record_id"]
    for event in (naive, bare):
        with pytest.raises(ContractError) as caught:
            digest(event)
        assert caught.value.code == Reason.MALFORMED


def test_type_outside_the_lock_has_no_digest() -> None:
    with pytest.raises(ContractError) as caught:
        digest(build_event(header=build_header(event_type="liaison.x.Y")))
    assert caught.value.code == Reason.UNKNOWN_SCHEMA


@pytest.mark.parametrize(
    "value",
    [1.5, {"a": [0.0]}, {1: "x"}, {"é": 1}, 2**53, b"bytes", {"a": PUBLISHED_AT}, "\ud800"],
    ids=repr,
)
def test_canonical_json_refuses_what_it_could_write_two_ways(value: Any) -> None:
    with pytest.raises(ValueError, match="canonical"):
        canonical_json(value)


@given(st.lists(st.text(max_size=6), max_size=4), st.lists(st.text(max_size=6), max_size=4))
def test_keyed_hashes_of_different_parts_differ(left: list[str], right: list[str]) -> None:
    assert (keyed_hash64(SECRET, *left) == keyed_hash64(SECRET, *right)) == (left == right)
    assert (keyed_id(SECRET, *left) == keyed_id(SECRET, *right)) == (left == right)


def test_separators_inside_parts_do_not_join_them() -> None:
    assert keyed_id(SECRET, "a,", "b") != keyed_id(SECRET, "a", ",b")
    assert keyed_hash64(SECRET, "a,", "b") != keyed_hash64(SECRET, "a", ",b")


def test_keyed_values_depend_on_the_secret_and_fit_their_columns() -> None:
    assert keyed_hash64(SECRET, "a") != keyed_hash64(b"other", "a")
    assert keyed_id(SECRET, "a") != keyed_id(b"other", "a")
    assert len(keyed_id(SECRET, "a")) == 32
    hashes = [keyed_hash64(SECRET, str(n)) for n in range(200)]
    assert min(hashes) < 0 < max(hashes)
    assert all(-(2**63) <= value < 2**63 for value in hashes)


def test_fingerprint_is_of_the_canonical_identifier() -> None:
    spaced, plain = canonical("imo", None, "IMO 9319466"), canonical("imo", None, "9319466")
    assert identifier_fingerprint(SECRET, spaced) == identifier_fingerprint(SECRET, plain)
    other = canonical("passport", "RUS", "9319466")
    assert identifier_fingerprint(SECRET, plain) != identifier_fingerprint(SECRET, other)


def test_attribute_fingerprint_tells_attribute_and_value_apart() -> None:
    prints = {
        attribute_fingerprint(SECRET, attribute, value)
        for attribute in ("birth_date", "birth_place")
        for value in ("1971", "1972", ["1971"], None)
    }
    assert len(prints) == 8
