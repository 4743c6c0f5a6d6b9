"""The codec: frames, whole and prefix decoding, and what is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue import EVENT_TYPES
from schemas.codec import Codec
from schemas.errors import ContractError, Reason
from schemas.registry import Lock, LockedSchema, load_lock
from tests.support.avro_data import datums
from tests.support.events import (
    SUBJECT_REPORTED,
    build_event,
    build_header,
    build_marking,
)

LOCK = load_lock()
CODEC = Codec(LOCK)
RECORD = {
    "header": {
        "record": "hsi.field/R-000123",
        "version": 3,
        "published_at_us": 1_793_534_400_123_456,
        "digest": b"d" * 32,
        "operation": "REPORT",
        "event_type": SUBJECT_REPORTED,
        "event_id": "0190f0c1",
        "owner": "HSI/miami",
        "sides": ["HSI:case/24-0017"],
        "published_ms": 1_793_534_400_123,
        "occurred_at_us": 1_793_534_400_123_455,
    },
    "entities": [
        {
            "entity": "p1",
            "kind": "person",
            "keys": [-(2**63), -1, 0, 2**63 - 1],
            "features": b"f",
            "role": "subject",
            "facts": [],
            "finer": [{"key": 0, "keys": [2, 4]}],
        }
    ],
    "event": CODEC.encode(SUBJECT_REPORTED, build_event()),
}


@pytest.mark.parametrize("name", LOCK.current)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_what_was_encoded_is_decoded(name: str, data: st.DataObject) -> None:
    datum = data.draw(datums(LOCK.current[name].schema))
    if name in EVENT_TYPES:
        datum["header"]["event_type"] = name
    assert CODEC.decode(CODEC.encode(name, datum)) == (name, datum)


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_event_passes_the_guarded_way_and_its_header_is_a_prefix(name: str) -> None:
    event = build_event(name)
    value = CODEC.encode(name, event)
    assert CODEC.decode_untrusted(value) == (name, event)
    assert CODEC.decode_header(value) == (name, event["header"])
    assert CODEC.decode_header(value[:300]) == (name, event["header"])


def test_frame_is_a_zero_byte_and_the_locked_id() -> None:
    value = CODEC.encode(SUBJECT_REPORTED, build_event())
    assert value[:5] == b"\0" + LOCK.current[SUBJECT_REPORTED].id.to_bytes(4, "big")


def test_postings_are_read_without_the_event() -> None:
    value = CODEC.encode("liaison.Record", RECORD)
    expected = {"header": RECORD["header"], "entities": RECORD["entities"]}
    assert CODEC.decode_record_postings(value) == expected
    assert CODEC.decode_record_postings(value[: -len(RECORD["event"])]) == expected


def test_postings_are_read_of_records_alone() -> None:
    with pytest.raises(ContractError):
        CODEC.decode_record_postings(CODEC.encode(SUBJECT_REPORTED, build_event()))


def test_absent_fields_take_their_defaults() -> None:
    event = build_event()
    lean: dict[str, Any] = {"header": event["header"], "marking": event["marking"], "detail": {}}
    decoded = CODEC.decode(CODEC.encode(SUBJECT_REPORTED, lean)).datum
    assert (decoded["entities"], decoded["places"]) == ([], [])
    assert decoded["detail"] == {"activity": "", "collection": ""}


def test_microseconds_are_exact() -> None:
    moment = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    value = CODEC.encode(SUBJECT_REPORTED, build_event(header=build_header(published_at=moment)))
    assert CODEC.decode_header(value)[1]["published_at"] == moment


def code_of(value: bytes) -> str:
    with pytest.raises(ContractError) as caught:
        CODEC.decode_untrusted(value)
    return caught.value.code


def test_frame_that_names_no_locked_event_is_an_unknown_schema() -> None:
    value = CODEC.encode(SUBJECT_REPORTED, build_event())
    assert code_of(b"\x01" + value[1:]) == Reason.UNKNOWN_SCHEMA
    assert code_of(b"\0\xff\xff\xff\xff" + value[5:]) == Reason.UNKNOWN_SCHEMA
    assert code_of(b'{"header": {}}') == Reason.UNKNOWN_SCHEMA


def test_agency_may_not_publish_what_is_ours() -> None:
    assert code_of(CODEC.encode("liaison.Record", RECORD)) == Reason.UNKNOWN_SCHEMA


def test_value_shorter_than_its_frame_is_truncated() -> None:
    assert code_of(b"") == code_of(b"\0\0\0") == Reason.TRUNCATED


def test_event_type_that_is_not_the_schemas_is_malformed() -> None:
    lie = build_header(event_type="liaison.hsi.field.CaseOpened")
    assert code_of(CODEC.encode(SUBJECT_REPORTED, build_event(header=lie))) == Reason.MALFORMED


def test_bytes_that_are_no_text_are_malformed() -> None:
    value = CODEC.encode(SUBJECT_REPORTED, build_event())
    assert code_of(value.replace(b"Kazan", b"\xff\xfe\xff\xfe\xff")) == Reason.MALFORMED


def test_time_outside_the_calendar_is_malformed() -> None:
    marker = datetime(2026, 11, 1, 12, 0, 0, 654_321, tzinfo=UTC)
    value = CODEC.encode(SUBJECT_REPORTED, build_event(header=build_header(occurred_at=marker)))
    written = CODEC.encode(SUBJECT_REPORTED, build_event())
    at = next(i for i, (a, b) in enumerate(zip(value, written, strict=True)) if a != b)
    huge = bytes([*b"\xfe", *b"\xff" * 7])
    assert code_of(value[:at] + huge + value[at + 8 :]) in {Reason.MALFORMED, Reason.UNSAFE}


@pytest.mark.parametrize(
    "broken",
    [
        {"header": build_header()},
        build_event(marking=build_marking(handling=1)),
        build_event(header=build_header(version="1")),
        build_event(entities=[{"id": "p1"}]),
    ],
    ids=["no marking", "number for text", "text for number", "half an entity"],
)
def test_datum_that_does_not_fit_is_malformed_and_not_quoted(broken: Any) -> None:
    with pytest.raises(ContractError) as caught:
        CODEC.encode(SUBJECT_REPORTED, broken)
    assert caught.value.code == Reason.MALFORMED
    assert "R-000123" not in str(caught.value)


def test_schema_outside_the_lock_is_not_written() -> None:
    with pytest.raises(ContractError) as caught:
        CODEC.encode("liaison.Unheard", {})
    assert caught.value.code == Reason.UNKNOWN_SCHEMA


def test_value_of_an_earlier_version_is_read_as_the_current_one() -> None:
    before = LOCK.current[SUBJECT_REPORTED]
    detail = before.schema["fields"][-1]
    grown_detail = detail | {
        "type": detail["type"]
        | {
            "fields": [
                *detail["type"]["fields"],
                {"name": "channel", "type": "string", "default": "unknown"},
            ]
        }
    }
    schema = before.schema | {"fields": [*before.schema["fields"][:-1], grown_detail]}
    after = LockedSchema(before.name, 900, 2, "", schema)
    grown = Codec(Lock({before.id: before, 900: after}, {before.name: after}))
    old_value = CODEC.encode(SUBJECT_REPORTED, build_event())
    event = grown.decode_untrusted(old_value).datum
    assert event["detail"]["channel"] == "unknown"
    assert grown.decode_header(old_value) == (SUBJECT_REPORTED, event["header"])
    new_value = grown.encode(SUBJECT_REPORTED, event)
    assert new_value[:5] == b"\0" + (900).to_bytes(4, "big")
    assert grown.decode_untrusted(new_value).datum == event
