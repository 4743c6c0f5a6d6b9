"""Topics, records, errors, clock, catalogue: the words that every room shares."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import errors, metrics
from schemas.catalogue import CANCELS, CLOSES, EVENT_TYPES, SOURCES
from schemas.clock import FixedClock, SystemClock
from schemas.errors import DISPOSITIONS, KEPT_BY_DIGEST, LiaisonError, Reason
from schemas.guard import MAX_VALUE_BYTES
from schemas.headers import origin, parse_origin
from schemas.record import (
    entity_reference,
    from_microseconds,
    microseconds,
    owner,
    rank,
    record_key,
    sides,
)
from schemas.registry import load_lock
from schemas.topics import Topics, partition_of, partition_of_key, partition_of_sides
from tests.support.events import PUBLISHED_AT, build_header


def header(**changes: Any) -> Any:
    return build_header(**changes)


def test_topic_names_carry_the_namespace() -> None:
    topics = Topics("t-00c0ffee")
    assert topics.agency("HSI", "case") == "t-00c0ffee.agency.hsi.case.v1"
    assert [topics.record, topics.posting, topics.link, topics.match, topics.quarantine] == [
        f"t-00c0ffee.{thing}.v1" for thing in ("record", "posting", "link", "match", "quarantine")
    ]


def test_all_topics_have_one_partition_count_and_locked_schemas() -> None:
    specs = Topics(partitions=6).all(["HSI", "BIS", "SKR", "HSI"])
    assert len({spec.name for spec in specs}) == len(specs) == 15
    assert {spec.partitions for spec in specs} == {6}
    named = {schema for spec in specs for schema in spec.schema}
    assert named == set(load_lock().current) - {"liaison.Notice"}
    assert [s.name for s in specs if s.cleanup_policy == "compact"] == [
        "liaison.entity.v1",
        "liaison.match.v1",
        "liaison.agreement.v1",
    ]


def test_topics_carry_more_than_intake_admits_so_that_the_rest_is_quarantined() -> None:
    specs = {spec.name: spec for spec in Topics().all(["HSI"])}
    agency = specs["liaison.agency.hsi.case.v1"].max_message_bytes
    assert MAX_VALUE_BYTES < agency < specs["liaison.quarantine.v1"].max_message_bytes


def test_agency_topic_names_the_types_of_its_agency_and_kind() -> None:
    specs = {spec.name: spec for spec in Topics().all(["BIS"])}
    assert specs["liaison.agency.bis.intelligence.v1"].schema == ("liaison.bis.oee.PartyFlagged",)


def test_partition_of_a_key_never_changes() -> None:
    # XXH3-64 of nothing, as its specification gives it.
    assert partition_of(b"", 2**64) == 0x2D06800538D394C2
    assert [partition_of(key, 4) for key in (b"", b"hsi.field/R-000123", b"bis.oee/1")] == [2, 0, 2]


@given(st.integers(-(2**63), 2**63 - 1), st.integers(1, 64))
def test_blocking_keys_spread_over_all_but_their_lowest_bit(key: int, partitions: int) -> None:
    unsigned = int.from_bytes(key.to_bytes(8, "big", signed=True), "big")
    assert partition_of_key(key, partitions) == unsigned // 2 % partitions


def test_pair_of_sides_has_one_partition() -> None:
    assert partition_of_sides(("b", "a"), 64) == partition_of_sides(("a", "b"), 64)
    assert partition_of_sides(("b", "a"), 64) == partition_of(b"a\x00b", 64)


def test_record_stands_on_the_sides_of_its_cases_or_on_its_own() -> None:
    assert record_key(header()) == "hsi.field/R-000123"
    assert owner("HSI", header()) == "HSI/miami"
    assert sides("HSI", header(cases=["24-2", "24-1", "24-2"])) == (
        "HSI:case/24-1",
        "HSI:case/24-2",
    )
    assert sides("HSI", header(cases=[])) == ("HSI:record/hsi.field/R-000123",)
    assert entity_reference(record_key(header()), "p1") == "hsi.field/R-000123#p1"


def test_rank_puts_version_before_time_before_digest() -> None:
    later = PUBLISHED_AT + timedelta(microseconds=1)
    ranks = [
        rank(header(), b"a"),
        rank(header(), b"b"),
        rank(header(published_at=later), b"a"),
        rank(header(version=2, published_at=PUBLISHED_AT - timedelta(days=9)), b"a"),
    ]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 4


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_are_exact_both_ways(moment: datetime) -> None:
    assert from_microseconds(microseconds(moment)) == moment


def test_every_error_class_has_a_disposition_with_a_label_of_its_own() -> None:
    classes = {
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, LiaisonError)
    }
    assert classes - {LiaisonError} == set(DISPOSITIONS)
    assert len({each.metric_label for each in DISPOSITIONS.values()}) == len(DISPOSITIONS)


def test_error_shows_code_and_detail() -> None:
    error = LiaisonError("code", "detail")
    assert (error.code, error.detail, str(error)) == ("code", "detail", "code: detail")


def test_what_may_not_be_kept_is_kept_by_digest() -> None:
    assert set(Reason) >= KEPT_BY_DIGEST
    assert {r.value for r in KEPT_BY_DIGEST} == {
        "NO_PREDICATE",
        "PROTECTED_ACTIVITY",
        "VICTIM_MEDIA",
    }


def test_catalogue_knows_its_sources_and_intelligence() -> None:
    assert SOURCES == {"hsi.field": "HSI", "bis.oee": "BIS", "hsi.ccht": "HSI", "skr.main": "SKR"}
    assert len(EVENT_TYPES) == 11
    assert EVENT_TYPES.keys() >= CANCELS | CLOSES
    assert {n for n, t in EVENT_TYPES.items() if t.kind == "intelligence"} == {
        "liaison.hsi.field.SubjectReported",
        "liaison.bis.oee.PartyFlagged",
    }


def test_origin_is_read_as_it_was_written() -> None:
    assert parse_origin(origin("liaison.agency.hsi.case.v1", 3, 99)) == (
        "liaison.agency.hsi.case.v1",
        3,
        99,
    )
    with pytest.raises(ValueError, match="unpack"):
        parse_origin("nowhere")


def test_fixed_clock_moves_only_when_told_and_never_back() -> None:
    clock = FixedClock(PUBLISHED_AT.astimezone(timezone(timedelta(hours=2))))
    assert clock.now() == clock.now() == PUBLISHED_AT
    assert clock.now().tzinfo is UTC
    assert clock.advance(timedelta(seconds=5)) == clock.now() == PUBLISHED_AT + timedelta(seconds=5)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="aware"):
        FixedClock(PUBLISHED_AT.replace(tzinfo=None))


def test_system_clock_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_metric_names_follow_the_house() -> None:
    names = [value for name, value in vars(metrics).items() if name.isupper()]
    assert len(set(names)) == len(names)
    for name in names:
        assert name.split("_")[:2] in (
            ["liaison", "streams"],
            ["liaison", "producers"],
            ["liaison", "consumers"],
        )
