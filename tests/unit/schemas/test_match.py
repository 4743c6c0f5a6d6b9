"""Links, matches and notices survive the wire, and their bodies are what is promised."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import Codec
from schemas.errors import ContractError
from schemas.match import (
    MATCH_CLASSES,
    EntityVersion,
    Evidence,
    Fact,
    Lead,
    Match,
    Support,
    SupportLink,
    Verdict,
    sorted_pair,
)
from schemas.notice import Checkpoint, Notice, data_digest
from schemas.registry import load_lock

CODEC = Codec(load_lock())
NOW = datetime(2026, 11, 1, 12, 0, 0, 5, tzinfo=UTC)
words = st.text(st.characters(codec="utf-8"), max_size=12)
ints = st.integers(-(2**31), 2**31 - 1)
longs = st.integers(-(2**63), 2**63 - 1)
pairs = st.tuples(words, words)
facts = st.lists(st.builds(Fact, words, words, longs, words), max_size=2).map(tuple)
ends = st.builds(
    EntityVersion,
    words,
    words,
    ints,
    ints,
    longs,
    st.binary(max_size=32),
    words,
    longs,
    words,
    facts,
)
evidence = st.lists(
    st.builds(
        Evidence,
        words,
        words,
        st.sampled_from(["exact", "close", "partial", "conflict", "missing"]),
        longs,
        longs,
        words,
        words,
        ints,
    ),
    max_size=3,
).map(tuple)
verdicts = st.builds(
    Verdict,
    pairs,
    ends,
    ends,
    st.sampled_from(["yes", "no", "moved"]),
    evidence,
    st.none() | pairs,
    longs,
)
supports = st.builds(
    Support,
    words,
    words,
    st.sampled_from(["confirmed", "probable", "possible"]),
    st.floats(allow_nan=False),
    st.lists(
        st.builds(SupportLink, evidence, ends, ends, words, words), min_size=1, max_size=3
    ).map(tuple),
)
matches = st.builds(
    Match,
    words,
    st.sampled_from(["identity", "space_time"]),
    words,
    words,
    st.sampled_from(["live", "retracted", "moved"]),
    pairs,
    st.lists(supports, max_size=2).map(tuple),
    words,
    longs,
    ints,
    st.none() | words,
    longs,
    st.none() | st.builds(Lead, words, st.lists(words, max_size=2).map(tuple)),
)


@settings(max_examples=25)
@given(st.lists(verdicts, max_size=3))
def test_verdicts_survive_the_wire(block: list[Verdict]) -> None:
    value = CODEC.encode("liaison.VerdictBlock", {"verdicts": [each.to_avro() for each in block]})
    assert [Verdict.from_avro(d) for d in CODEC.decode(value).datum["verdicts"]] == block


@settings(max_examples=25)
@given(matches)
def test_match_survives_the_wire(match: Match) -> None:
    value = CODEC.encode("liaison.Match", match.to_avro())
    assert Match.from_avro(CODEC.decode(value).datum) == match


def test_end_of_a_link_knows_its_rank_and_reference() -> None:
    end = EntityVersion("hsi.field/R-1", "p1", 2, 0, 77, b"d", "HSI/miami")
    assert end.rank == (2, 77, b"d")
    assert end.reference == "hsi.field/R-1#p1"


def test_three_sides_are_no_pair() -> None:
    with pytest.raises(ValueError, match="unpack"):
        Verdict.from_avro({"sides": ["a", "b", "c"], "successor": None})


def test_pair_of_sides_has_one_order() -> None:
    assert sorted_pair("b", "a") == sorted_pair("a", "b") == ("a", "b")


def test_classes_of_a_family_are_ranked_and_timed() -> None:
    identity = [c for c in MATCH_CLASSES.values() if c.family == "identity"]
    assert [c.name for c in sorted(identity, key=lambda c: c.rank)] == [
        "fuzzy",
        "shared_identifier",
        "target",
        "duplicate_investigation",
    ]
    assert {name: c.budget_seconds for name, c in MATCH_CLASSES.items()} == {
        "space_time": 2,
        "target": 5,
        "shared_identifier": 10,
        "duplicate_investigation": 30,
        "fuzzy": 60,
        "network": 300,
    }


def build_notice(**changes: Any) -> Notice:
    fields: dict[str, Any] = {
        "id": "n-1",
        "action": "update",
        "time": NOW,
        "subject": "s-1",
        "data": {"class": "target", "shared": ["phone"], "valid_until": None},
        "supersedes": ("n-0",),
        "feed": 4,
        "checkpoint": Checkpoint(5, b"r" * 32, b"s" * 64),
    }
    return Notice(**(fields | changes))


RECALL = build_notice(action="recall", data=None)


@pytest.mark.parametrize("notice", [build_notice(), build_notice(checkpoint=None), RECALL])
def test_notice_survives_its_json(notice: Notice) -> None:
    assert Notice.from_json(notice.to_json()) == notice


@pytest.mark.parametrize("notice", [build_notice(), build_notice(checkpoint=None), RECALL])
def test_notice_is_written_as_avro(notice: Notice) -> None:
    datum = CODEC.decode(CODEC.encode("liaison.Notice", notice.to_avro())).datum
    assert datum == notice.to_avro()
    assert (datum["content"] is None) == (notice.action == "recall")


def test_body_is_a_cloudevent() -> None:
    body = build_notice(time=NOW.astimezone(timezone(timedelta(hours=3)))).to_cloudevent()
    assert body["specversion"] == "1.0"
    assert body["type"] == "liaison.notice.v1"
    assert body["time"] == "2026-11-01T12:00:00.000005Z"
    assert body["liaisonsupersedes"] == ["n-0"]
    assert body["data"]["class"] == "target"


def test_recall_carries_ids_only() -> None:
    body = RECALL.to_cloudevent()
    assert body["type"] == "liaison.recall.v1"
    assert not body.keys() & {"data", "datacontenttype"}


def test_recall_with_data_and_notice_without_it_cannot_be_built() -> None:
    for changes in ({"action": "recall"}, {"data": None}, {"action": "rumour"}):
        with pytest.raises(ValueError, match=r"recall|action"):
            build_notice(**changes)
    with pytest.raises(ValueError, match="aware"):
        build_notice(time=NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    "change",
    [
        {"specversion": "0.3"},
        {"type": "liaison.recall.v1"},
        {"liaisonaction": "recall"},
        {"time": "yesterday"},
        {"time": None},
        {"liaisoncheckpoint": {"size": 1}},
        {"liaisonsupersedes": None},
    ],
    ids=str,
)
def test_body_that_is_no_notice_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(ContractError):
        Notice.from_json(orjson.dumps(build_notice().to_cloudevent() | change))


@pytest.mark.parametrize("body", [b"", b"[]", b"3", b"{", b"{}"])
def test_bytes_that_are_no_notice_are_malformed(body: bytes) -> None:
    with pytest.raises(ContractError):
        Notice.from_json(body)


def test_digest_is_of_the_data_alone() -> None:
    first, second = build_notice(), build_notice(id="n-2", feed=9, checkpoint=None)
    assert first.data is not None
    assert second.data is not None
    assert data_digest(first.data) == data_digest(second.data)
    assert data_digest(first.data) != data_digest({**first.data, "class": "fuzzy"})


def test_body_is_json_for_everybody() -> None:
    assert json.loads(build_notice().to_json()) == build_notice().to_cloudevent()
