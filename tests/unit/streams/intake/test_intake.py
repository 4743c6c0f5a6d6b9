"""Intake: one outcome for whatever arrives, and no payload where none may be."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import headers
from schemas.errors import KEPT_BY_DIGEST, Reason
from schemas.registry import load_lock
from schemas.topics import partition_of
from streams.intake.agent import IntakeStage
from streams.intake.core import Admitted, Refused, admit, normalise
from streams.transport.batch import MAX_OUTPUT_BYTES, MemoryBatch, Message, Output
from tests.support.avro_data import datums
from tests.support.events import SUBJECT_REPORTED, build_marking
from tests.support.intake_world import (
    CANARY,
    PHOTO,
    TOPICS,
    VICTIM_IDENTIFIED,
    case,
    encoded,
    header,
    person,
    policy,
    signed,
    subject,
    unsigned,
)
from tests.support.refusals import PRECEDENCE, REFUSALS

REASONS = [(reason, build) for _, reason, build in REFUSALS]
NAMES = [name for name, _, _ in REFUSALS]


def run(*messages: Message) -> list[Output]:
    batch = MemoryBatch(2, {})
    IntakeStage(policy()).process(messages, batch)
    assert not batch.changes
    return batch.outputs


def named(output: Output) -> dict[str, bytes]:
    return dict(output.headers)


def test_every_reason_of_intake_is_tried() -> None:
    behind_intake = {Reason.VERSION_CONFLICT, Reason.UNPROCESSABLE}
    assert {reason for reason, _ in REASONS} == set(Reason) - behind_intake


@pytest.mark.parametrize(("reason", "build"), REASONS, ids=NAMES)
def test_refusal_names_its_reason(reason: Reason, build: Callable[[], Message]) -> None:
    outcome = admit(build(), policy())
    assert isinstance(outcome, Refused)
    assert outcome.reason == reason


@pytest.mark.parametrize(("reason", "build"), REASONS, ids=NAMES)
def test_refused_bytes_are_kept_unless_forbidden(
    reason: Reason, build: Callable[[], Message]
) -> None:
    message = build()
    [output] = run(message)
    told = named(output)
    kept = reason not in KEPT_BY_DIGEST
    assert output.topic == TOPICS.quarantine
    assert output.key == f"{message.topic}/2/41".encode() == told[headers.ORIGIN]
    assert output.value == (message.value if kept else b"")
    assert told[headers.KEPT] == (b"bytes" if kept else b"digest")
    assert told[headers.REASON] == reason.encode()
    assert told[headers.DIGEST] == sha256(message.value).hexdigest().encode()
    assert told[headers.STAGE] == b"intake"
    assert told[headers.FIRST_FAILURE].startswith(b"2026-11-01T")


@pytest.mark.parametrize(("reason", "build"), REASONS, ids=NAMES)
def test_no_header_carries_a_payload(reason: Reason, build: Callable[[], Message]) -> None:
    del reason
    [output] = run(build())
    assert not any(CANARY.encode() in value for _, value in output.headers)


def test_forbidden_event_leaves_no_header_of_its_publisher() -> None:
    message = subject(marking=build_marking(predicate=None))
    told = replace(message, headers=(*message.headers, ("x-subject", CANARY.encode())))
    [output] = run(told)
    assert "x-subject" not in named(output)
    assert named(output)[headers.KEY_ID] == b"hsi-1"


def test_other_refusals_keep_the_publishers_headers_beside_ours() -> None:
    message = unsigned()
    forged = (("x-trace", b"7"), (headers.RECORD, b"hsi.field/R-1"), (headers.ORIGIN, b"a/0/0"))
    [output] = run(replace(message, headers=(*message.headers, *forged)))
    assert named(output)["x-trace"] == b"7"
    assert headers.RECORD not in named(output)
    assert named(output)[headers.ORIGIN] == f"{message.topic}/2/41".encode()


def test_stream_goes_on_after_every_kind_of_refusal() -> None:
    hostile = [build() for _, build in REASONS]
    messages = [message for each in hostile for message in (each, subject())]
    outputs = run(*messages)
    assert sum(output.topic == TOPICS.record for output in outputs) == len(hostile)
    assert sum(output.topic == TOPICS.quarantine for output in outputs) == len(hostile)


def test_admitted_event_becomes_a_record_keyed_by_its_record() -> None:
    message = subject()
    [output] = run(message)
    record = policy().codec.decode(output.value).datum
    assert output.topic == TOPICS.record
    assert output.key == b"hsi.field/R-000123"
    assert output.partition == partition_of(output.key, TOPICS.partitions)
    assert named(output) == {headers.ORIGIN: f"{message.topic}/2/41".encode()}
    assert record["event"] == message.value
    assert record["header"]["owner"] == "HSI/miami"
    assert record["header"]["sides"] == ["HSI:case/24-0017"]
    assert record["header"]["published_ms"] == message.timestamp_ms
    assert [posted["entity"] for posted in record["entities"]] == ["p1", "p2", "o1"]
    assert all(posted["keys"] == sorted(set(posted["keys"])) for posted in record["entities"])


def test_withdrawal_needs_no_predicate_and_posts_nothing() -> None:
    message = subject(
        header=header(operation="WITHDRAW", version=2), marking=build_marking(predicate=None)
    )
    [output] = run(message)
    assert output.topic == TOPICS.record
    assert policy().codec.decode(output.value).datum["entities"] == []


def test_media_travels_by_digest_only() -> None:
    outcome = admit(
        case(VICTIM_IDENTIFIED, entities=person(attachments=[PHOTO | {"content": None}])), policy()
    )
    assert isinstance(outcome, Admitted)


def test_message_too_big_for_the_broker_beside_our_headers_is_kept_by_digest() -> None:
    message = signed(b"\x00" * MAX_OUTPUT_BYTES)
    [output] = run(message)
    assert named(output)[headers.KEPT] == b"digest"
    assert named(output)[headers.DIGEST] == sha256(message.value).hexdigest().encode()


@pytest.mark.parametrize("timestamp_ms", [-(2**63), 2**63 - 1])
def test_timestamp_outside_the_calendar_does_not_stop_the_stream(timestamp_ms: int) -> None:
    [output] = run(replace(unsigned(), timestamp_ms=timestamp_ms))
    assert output.topic == TOPICS.quarantine


def test_poison_is_set_aside_byte_for_byte_without_the_errors_text() -> None:
    batch = MemoryBatch(2, {})
    IntakeStage(policy()).poison(subject(), ValueError(CANARY), batch)
    [output] = batch.outputs
    assert named(output)[headers.REASON] == b"UNPROCESSABLE"
    assert output.value == subject().value
    assert not any(CANARY.encode() in value for value in named(output).values())


@pytest.mark.parametrize(("reason", "build"), PRECEDENCE, ids=[r.value for r, _ in PRECEDENCE])
def test_first_check_that_fails_gives_the_reason(
    reason: Reason, build: Callable[[], Message]
) -> None:
    outcome = admit(build(), policy())
    assert isinstance(outcome, Refused)
    assert outcome.reason == reason


@dataclass(frozen=True)
class Shape:
    """Whether the bytes are signed and framed: each opens the way to deeper checks."""

    signed: bool
    framed: bool


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.builds(Shape), st.sampled_from(["HSI", "BIS", "SKR"]))
def test_arbitrary_bytes_have_exactly_one_outcome(body: bytes, shape: Shape, agency: str) -> None:
    value = encoded()[:5] + body if shape.framed else body
    message = signed(value, TOPICS.agency(agency, "case"))
    if not shape.signed:
        message = replace(message, headers=((headers.SIGNATURE, body), (headers.KEY_ID, body)))
    assert len(run(message)) == 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_event_of_the_schema_is_admitted_or_refused(data: st.DataObject) -> None:
    event = data.draw(datums(load_lock().current[SUBJECT_REPORTED].schema))
    event["header"] = header()
    if data.draw(st.booleans()):
        event["marking"] = build_marking()
    message = signed(policy().codec.encode(SUBJECT_REPORTED, event))
    outcome = admit(message, policy())
    if isinstance(outcome, Admitted):
        normalise(outcome, message, policy())
