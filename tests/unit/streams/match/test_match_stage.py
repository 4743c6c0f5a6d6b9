"""What the match stage emits and keeps."""

from typing import Literal

import pytest

from schemas.codec import Codec
from schemas.link import EntityVersion, Evidence, Verdict
from schemas.match import Match
from schemas.registry import load_lock
from schemas.topics import Topics, partition_of
from streams.correlate.weights import SupportClass
from streams.match.agent import MatchStage, reassessment
from streams.transport.batch import MemoryBatch, Message, apply_changes

TOPICS = Topics("t", partitions=4)
CODEC = Codec(load_lock())
EVIDENCE = (Evidence("any", "target", "exact", 1, 1, "", "", 0),)


def stage() -> MatchStage:
    return MatchStage(
        TOPICS, CODEC, lambda found: [SupportClass("target", "confirmed", 0.0, found)], "w", len
    )


def message(offset: int, kind: Literal["yes", "no"], version: int, side: str = "side z") -> Message:
    ends = (
        EntityVersion("R-1", "p", version, 0, 0, b"%d" % version, "A/x"),
        EntityVersion("R-2", "p", 1, 0, 0, b"d", "B/y"),
    )
    evidence = EVIDENCE if kind == "yes" else ()
    verdict = Verdict((side, "side b"), *ends, kind, evidence, None, 1_000 + offset)
    value = CODEC.encode("liaison.VerdictBlock", {"verdicts": [verdict.to_avro()]})
    return Message(None, value, (), TOPICS.link, 2, offset, 0)


def run(on: MatchStage, rows: dict[bytes, bytes], *messages: Message) -> list[Match]:
    batch = MemoryBatch(2, rows)
    on.process(messages, batch)
    apply_changes(batch.changes, rows)
    found = []
    for output in batch.outputs:
        if output.topic != TOPICS.match:
            continue
        match = Match.from_avro(CODEC.decode(output.value).datum)
        assert output.key == match.id.encode()
        assert output.partition == partition_of(output.key, TOPICS.partitions)
        found.append(match)
    return found


def test_a_match_carries_the_place_of_the_link_that_changed_it() -> None:
    on, rows = stage(), {}  # type: MatchStage, dict[bytes, bytes]
    on.recovered(2, [])
    (match,) = run(on, rows, message(5, "yes", 1), message(6, "yes", 1))
    assert (match.order, match.partition, match.published_ms) == (5, 2, 1_005)
    assert (match.sides, match.status) == (("side b", "side z"), "live")
    (support,) = match.supports[0].links
    assert (support.left.record, support.left_side) == ("R-1", "side z")
    assert (support.right.record, support.right_side) == ("R-2", "side b")


def test_a_change_and_its_reversal_in_one_batch_are_both_told() -> None:
    on, rows = stage(), {}  # type: MatchStage, dict[bytes, bytes]
    on.recovered(2, [])
    told = run(on, rows, message(0, "yes", 1), message(1, "no", 2), message(2, "yes", 3))
    assert [(match.order, match.status) for match in told] == [
        (0, "live"),
        (1, "retracted"),
        (2, "live"),
    ]


def test_a_new_owner_of_a_partition_goes_on_from_its_rows() -> None:
    on, rows = stage(), {}  # type: MatchStage, dict[bytes, bytes]
    on.recovered(2, [])
    run(on, rows, message(0, "yes", 1))
    heir = stage()
    heir.recovered(2, rows.items())
    assert run(heir, rows, message(1, "yes", 1)) == []
    (match,) = run(heir, rows, message(2, "no", 2))
    assert (match.status, match.match_class, match.order) == ("retracted", "target", 2)


def other_weights() -> MatchStage:
    """As `stage`, but what the links say is less, or what they do not say is enough."""
    return MatchStage(
        TOPICS,
        CODEC,
        lambda found: [SupportClass("shared_identifier", "confirmed", 0.0, found)] if found else [],
        "other",
        len,
    )


def no_class() -> MatchStage:
    return MatchStage(TOPICS, CODEC, lambda _found: [], "nothing", len)


def asked(offset: int, weights: str) -> Message:
    return Message(None, reassessment(CODEC, weights), (), TOPICS.link, 2, offset, 0)


def test_other_weights_bring_every_stored_link_under_themselves_without_reading_it_again() -> None:
    on, rows = stage(), {}  # type: MatchStage, dict[bytes, bytes]
    on.recovered(2, [])
    run(on, rows, asked(0, "w"), message(1, "yes", 1))
    heir = other_weights()
    heir.recovered(2, rows.items())
    (match,) = run(heir, rows, asked(2, "other"))
    assert (match.match_class, match.weights_version) == ("shared_identifier", "other")
    assert (match.status, match.order) == ("live", 2)
    assert run(heir, rows, asked(3, "other")) == [], "it is up to date"
    assert run(heir, rows, asked(4, "w")) == [], "older weights ask for nothing"
    last = no_class()
    last.recovered(2, rows.items())
    (match,) = run(last, rows, asked(5, "nothing"))
    assert (match.status, match.order) == ("retracted", 5)
    back = stage()
    back.recovered(2, rows.items())
    (match,) = run(back, rows, asked(6, "w"))
    assert (match.status, match.match_class) == ("live", "target")


def test_reassessment_goes_on_by_itself_in_bounded_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.match.agent.REASSESSED_AT_ONCE", 1)
    on, rows = stage(), {}  # type: MatchStage, dict[bytes, bytes]
    on.recovered(2, [])
    run(on, rows, asked(0, "w"), message(1, "yes", 1), message(2, "yes", 1, "side c"))
    heir = other_weights()
    heir.recovered(2, rows.items())
    batch = MemoryBatch(2, rows)
    heir.process([asked(3, "other")], batch)
    apply_changes(batch.changes, rows)
    (again,) = [output for output in batch.outputs if output.topic == TOPICS.link]
    assert (again.partition, again.value) == (2, reassessment(CODEC, "other"))
    assert len(run(heir, rows, asked(4, "other"))) == 1
